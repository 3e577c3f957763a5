package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternationTest {

  private static final Progress SILENT = (phase, done, total) -> {};

  private final List<String> calls = new ArrayList<>();

  /** A way that takes the given seconds, the last of them for ever. */
  private Alternation.Way way(String name, double... seconds) {
    int[] next = {0};
    return () -> {
      calls.add(name);
      return seconds[Math.min(next[0]++, seconds.length - 1)];
    };
  }

  @Test
  void waysTakeTurnsAndTheFirstRepetitionIsCold() {
    List<Alternation.Seconds> results =
        Alternation.run(
            List.of(way("a", 9, 1, 1.5, 2), way("b", 8, 3, 4)), 1, new Schedule(3, 0), SILENT);

    assertThat(calls).containsExactly("a", "b", "a", "b", "a", "b", "a", "b");
    assertThat(results.getFirst().cold()).isEqualTo(9);
    assertThat(results.getFirst().warm()).containsExactly(1, 1.5, 2);
    assertThat(results.getLast().warm()).containsExactly(3, 4, 4);
    assertThat(results.getFirst().settled()).isFalse();
  }

  @Test
  void warmUpLastsUntilEveryWayAgreesWithItself() {
    Alternation.WarmUp warmUp =
        Alternation.warmUp(
            List.of(way("a", 9, 5, 5, 5, 5), way("b", 9, 8, 7, 6, 5.9)),
            1,
            new Schedule(1, 1_000),
            SILENT);

    assertThat(warmUp.repetitions()).isEqualTo(5);
    assertThat(warmUp.settled()).isTrue();
  }

  @Test
  void warmUpHasAShortestAndALongestTime() {
    Schedule schedule = new Schedule(1, 20);
    // Agreement from the start: two seconds at least.
    assertThat(Alternation.warmUp(List.of(way("a", 0.25)), 1, schedule, SILENT).repetitions())
        .isEqualTo(8);
    assertThat(Alternation.warmUp(List.of(way("a", 0.25)), 20, schedule, SILENT).repetitions())
        .isEqualTo(20);
    double[] wild = new double[100];
    for (int i = 0; i < wild.length; i++) {
      wild[i] = 1 + i % 2;
    }
    Alternation.WarmUp unsettled = Alternation.warmUp(List.of(way("a", wild)), 1, schedule, SILENT);
    assertThat(unsettled.settled()).isFalse();
    assertThat(unsettled.repetitions()).isEqualTo(14);
  }
}

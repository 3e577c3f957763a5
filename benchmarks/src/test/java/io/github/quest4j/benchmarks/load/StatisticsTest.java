package io.github.quest4j.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures of arrivals that are known: moments are in tenths of a second, from a strange zero. */
class StatisticsTest {

  private static final long ZERO = Long.MAX_VALUE - 300_000_000L; // moments may wrap

  private static long moment(double tenths) {
    return ZERO + Math.round(tenths * 1e8);
  }

  private static Outcome outcome(
      Role role, int stream, double intended, double sent, double ended, int tokens, double... at) {
    return new Outcome(
        role,
        stream,
        moment(intended),
        moment(sent),
        Arrays.stream(at).mapToLong(StatisticsTest::moment).toArray(),
        moment(ended),
        tokens,
        OptionalInt.of(100),
        tokens,
        true,
        OptionalInt.of(25),
        Optional.empty());
  }

  private static Outcome ordinary(int stream, double sent, double ended, double... at) {
    return outcome(Role.ORDINARY, stream, sent, sent, ended, at.length, at);
  }

  @Test
  void percentilesAreByNearestRank() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> i).toArray();
    assertThat(Percentiles.of(hundred)).contains(new Percentiles(100, 50, 90, 99, 100));
    assertThat(Percentiles.of(3, 1, 2)).contains(new Percentiles(3, 2, 3, 3, 3));
    assertThat(Percentiles.of(5)).contains(new Percentiles(1, 5, 5, 5, 5));
    assertThat(Percentiles.of()).isEmpty();
  }

  @Test
  void timesCountFromTheIntendedMoment() {
    // Sent half a second late: a server that keeps its clients waiting does not gain by it.
    Outcome late = outcome(Role.ORDINARY, -1, 0, 5, 20, 4, 8, 9, 13, 14);
    assertThat(late.timeToFirstToken()).isEqualTo(0.8);
    assertThat(late.latency()).isEqualTo(2.0);
    assertThat(late.timePerToken()).isCloseTo(0.2, within(1e-9));
    assertThat(late.longestPause()).isEqualTo(0.4);
  }

  @Test
  void tokensOfAnAnswerMayBeMoreThanItsEvents() {
    Outcome two = outcome(Role.ORDINARY, -1, 0, 0, 20, 9, 8, 16);
    assertThat(two.timePerToken()).isCloseTo(0.1, within(1e-9));
    assertThat(two.tokensWithin(moment(0), moment(9))).isEqualTo(4.5);
    assertThat(ordinary(0, 0, 3, 2).timePerToken()).isNaN();
    assertThat(ordinary(0, 0, 3, 2).longestPause()).isNaN();
    assertThat(ordinary(0, 0, 3).timeToFirstToken()).isNaN();
  }

  @Test
  void ratesAreOverTheWholeIntervalAndOverTheSteadyOne() {
    // Stream 0 runs from 0 to 20, stream 1 from 2 to 10: both decode from 4 to 10.
    Round round =
        new Round(
            List.of(
                ordinary(1, 2, 10, 4, 6, 8),
                ordinary(0, 0, 11, 3, 5, 7, 9, 9.5),
                ordinary(0, 11, 20, 13, 15)),
            0,
            0.5);
    assertThat(round.seconds()).isEqualTo(2.0);
    assertThat(round.outputPerSecond()).isEqualTo(10 / 2.0);
    assertThat(round.promptPerSecond()).isEqualTo(300 / 2.0);
    assertThat(round.requestsPerSecond()).isEqualTo(1.5);
    assertThat(round.steadyOutputPerSecond().orElseThrow()).isCloseTo(7 / 0.6, within(1e-9));
    assertThat(round.clientShare()).isEqualTo(0.25);
  }

  @Test
  void theOpenLoopIsSteadyWhileRequestsArrive() {
    Round round = new Round(List.of(ordinary(-1, 0, 5, 1, 2, 3), ordinary(-1, 4, 9, 5, 6)), 0, 0);
    assertThat(round.steadyOutputPerSecond().orElseThrow()).isCloseTo(3 / 0.4, within(1e-9));
    assertThat(new Round(List.of(ordinary(-1, 0, 5, 1)), 0, 0).steadyOutputPerSecond()).isEmpty();
  }

  @Test
  void failuresCountForNothingElse() {
    Outcome cut =
        new Outcome(
            Role.ORDINARY,
            0,
            moment(0),
            moment(0),
            new long[] {moment(1)},
            moment(10),
            4,
            OptionalInt.empty(),
            1,
            false,
            OptionalInt.empty(),
            Optional.of(Failure.of(Failure.Kind.CUT, "cut")));
    Round round = new Round(List.of(cut, ordinary(1, 0, 5, 2, 3)), 0, 0);
    assertThat(round.outputPerSecond()).isEqualTo(2.0);
    assertThat(round.percentiles(Outcome::timeToFirstToken))
        .contains(new Percentiles(1, 0.2, 0.2, 0.2, 0.2));
    LoadReport.Server server =
        new LoadReport.Server(
            Target.of("http://x:1", Target.Endpoint.CHAT, Optional.empty(), Optional.empty()),
            "m",
            List.of(round));
    assertThat(server.failures()).isEqualTo(Map.of("connection cut", 1L));
    assertThat(server.cachedShare().orElseThrow()).isEqualTo(0.25);
    // 25 of 100 tokens are cached: a template of 20 and 5 of the 80 behind it.
    assertThat(server.cachedBehind(20).orElseThrow()).isCloseTo(5 / 80.0, within(1e-9));
    assertThat(server.cachedBehind(30)).hasValue(0);
  }

  @Test
  void anIntrusionIsTheStreamsPausesWhileItIsRead() {
    // The long prompt comes at 10 and gets its first token at 30.
    Outcome intruder = outcome(Role.INTRUDER, -1, 10, 10, 35, 2, 30, 34);
    Round round =
        new Round(
            List.of(
                ordinary(0, 0, 50, 2, 4, 6, 8, 21, 23, 29, 31, 45),
                ordinary(1, 0, 50, 3, 5, 7, 9, 27, 36, 50),
                intruder),
            7_000,
            0);
    Intrusion intrusion = round.intrusion().orElseThrow();
    assertThat(intrusion.tokens()).isEqualTo(100);
    assertThat(intrusion.timeToFirstToken()).isEqualTo(2.0);
    assertThat(intrusion.medianStep()).isEqualTo(0.2);
    // 8-21, 21-23, 23-29, 29-31 and 9-27, 27-36; 31-45 and 36-50 began when it was over.
    assertThat(intrusion.pauses()).isEqualTo(new Percentiles(6, 0.6, 1.8, 1.8, 1.8));
    assertThat(intrusion.longestPauseInSteps()).isCloseTo(9, within(1e-9));
    assertThat(Figure.OUTPUT_TOK_S.of(round)).isEqualTo((9 + 7 + 2) / 5.0);
    assertThat(round.percentiles(Outcome::latency).orElseThrow().count()).isEqualTo(2);
  }

  @Test
  void theSecondQuestionIsSetAgainstTheFirst() {
    Round round =
        new Round(
            List.of(
                outcome(Role.FIRST_QUESTION, 0, 0, 0, 9, 1, 8),
                outcome(Role.LATER_QUESTION, 1, 9.5, 9.5, 15, 1, 14),
                outcome(Role.LATER_QUESTION, 0, 9, 9, 12, 1, 11)),
            0,
            0);
    assertThat(Figure.FIRST_QUESTION_TTFT_S.of(round)).isEqualTo(0.8);
    assertThat(Figure.SECOND_QUESTION_TTFT_S.of(round)).isEqualTo(0.2);
    assertThat(Figure.LATER_QUESTIONS_TTFT_S.of(round)).isEqualTo(0.2);
    assertThat(Figure.SECOND_QUESTION_TIMES.of(round)).isCloseTo(4, within(1e-9));
  }

  @Test
  void lengthsAreDrawnByTheirWeights() {
    Lengths mix = Lengths.parse("64..256*9, 4096");
    assertThat(mix).hasToString("64..256*9,4096");
    assertThat(mix.max()).isEqualTo(4_096);
    SplittableRandom random = new SplittableRandom(1);
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 10_000; i++) {
      counts.merge(mix.draw(random), 1, Integer::sum);
    }
    assertThat(counts.get(4_096)).isBetween(850, 1_150);
    assertThat(counts).hasSize(256 - 64 + 1 + 1).containsKeys(64, 256);
  }

  @Test
  void badLengthsAreRefusedByName() {
    for (String bad : List.of("", "0", "a", "5..", "1,,2", "1*0", "9..5", "-3", "2000000")) {
      assertThatThrownBy(() -> Lengths.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("not lengths in tokens.*|a range of tokens.*|a weight is not.*");
    }
  }

  @Test
  void twoPromptsGiveTheLineOfALength() {
    Calibration line = Calibration.of(800, 220, 4_000, 1_020);
    assertThat(line).isEqualTo(new Calibration(20, 4, true));
    assertThat(line.characters(1_020)).isEqualTo(4_000);
    assertThat(line.characters(3)).isEqualTo(1);
    assertThat(Calibration.of(800, 220, 4_000, 220).measured()).isFalse();
  }
}

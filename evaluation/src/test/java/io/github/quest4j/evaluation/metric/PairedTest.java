package io.github.quest4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairedTest {

  @Test
  void countsAndDifferenceByHand() {
    Paired paired = Paired.of(new double[] {1, 1, 1, 0, 0, 1}, new double[] {1, 0, 0, 1, 0, 0}, 1);
    assertThat(paired.both()).isEqualTo(1);
    assertThat(paired.onlyA()).isEqualTo(3);
    assertThat(paired.onlyB()).isEqualTo(1);
    assertThat(paired.neither()).isEqualTo(1);
    // (1 + 4) of 16 ways, twice
    assertThat(paired.pValue()).isCloseTo(0.625, within(1e-12));
    assertThat(paired.difference().mean()).isCloseTo(2.0 / 6, within(1e-12));
    assertThat(paired.difference().low()).isLessThan(0);
    assertThat(paired.difference().high()).isGreaterThan(0.5);
  }

  @Test
  void gradedScoresCountByWhichIsGreater() {
    Paired paired = Paired.of(new double[] {0.5, 0.2, 0.9}, new double[] {0.4, 0.2, 1}, 1);
    assertThat(paired.aBetter()).isEqualTo(1);
    assertThat(paired.bBetter()).isEqualTo(1);
    assertThat(paired.onlyB()).isEqualTo(1);
    assertThat(paired.neither()).isEqualTo(2);
    assertThat(paired.pValue()).isEqualTo(1);
  }

  @Test
  void signTestOfHandComputedCounts() {
    assertThat(Paired.signTest(0, 0)).isEqualTo(1);
    assertThat(Paired.signTest(5, 5)).isEqualTo(1);
    assertThat(Paired.signTest(6, 0)).isCloseTo(2.0 / 64, within(1e-12));
    assertThat(Paired.signTest(0, 6)).isCloseTo(2.0 / 64, within(1e-12));
    // (1 + 10 + 45) of 1024 ways, twice
    assertThat(Paired.signTest(8, 2)).isCloseTo(112.0 / 1024, within(1e-12));
  }

  @Test
  void signTestOfThousandsDoesNotUnderflow() {
    // normal approximation with its continuity correction: z = (200 - 1) / sqrt(4000)
    assertThat(Paired.signTest(2_100, 1_900)).isCloseTo(0.001652, within(2e-5));
    assertThat(Paired.signTest(2_000, 2_000)).isEqualTo(1);
  }

  @Test
  void sameScoresDifferInNothing() {
    double[] right = new double[20];
    Arrays.fill(right, 1);
    Paired paired = Paired.of(right, right, 1);
    assertThat(paired.both()).isEqualTo(20);
    assertThat(paired.pValue()).isEqualTo(1);
    assertThat(paired.difference()).isEqualTo(new Interval(0, 0, 0));
    assertThat(Paired.of(new double[0], new double[0], 1).pValue()).isEqualTo(1);
  }

  @Test
  void whatCannotBePairedIsRefused() {
    assertThatThrownBy(() -> Paired.of(new double[2], new double[3], 1))
        .hasMessage("2 scores cannot be paired with 3");
    assertThatThrownBy(() -> Paired.of(new double[] {2}, new double[] {1}, 1))
        .hasMessage("a score must be 0 to 1, not 2.0");
    assertThatThrownBy(() -> Paired.signTest(-1, 2)).hasMessage("-1 and 2 are no counts");
  }

  @Test
  void theSignTestCountsBothTails() {
    assertThat(Paired.signTest(9, 0)).isCloseTo(2 / 512.0, within(1e-12));
    assertThat(Paired.signTest(1, 5)).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(Paired.signTest(0, 0)).isEqualTo(1);
    assertThat(Paired.signTest(3, 3)).isEqualTo(1);
    assertThat(Paired.signTest(2050, 1950)).isBetween(0.1, 0.13);
  }
}

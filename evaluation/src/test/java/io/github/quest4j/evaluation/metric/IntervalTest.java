package io.github.quest4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntervalTest {

  @Test
  void wilsonOfHandComputedCounts() {
    // n = 10, p = 0.5: centre 0.5, half-width 1.95996 sqrt(0.025 + 0.0096036) / 1.384146
    Interval half = Wilson.interval(5, 10);
    assertThat(half.mean()).isEqualTo(0.5);
    assertThat(half.low()).isCloseTo(0.236593, within(1e-6));
    assertThat(half.high()).isCloseTo(0.763407, within(1e-6));
    // all right: from n / (n + z^2) to 1
    Interval all = Wilson.interval(10, 10);
    assertThat(all.low()).isCloseTo(10 / 13.841459, within(1e-6));
    assertThat(all.high()).isEqualTo(1);
    Interval none = Wilson.interval(0, 10);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(3.841459 / 13.841459, within(1e-6));
  }

  @Test
  void nothingIsKnownOfNoItems() {
    assertThat(Wilson.interval(0, 0)).isEqualTo(new Interval(Double.NaN, 0, 1));
    assertThat(Interval.ofScores(new double[0], 1)).isEqualTo(new Interval(Double.NaN, 0, 1));
    assertThat(Bootstrap.mean(new double[0], 1).low()).isNaN();
  }

  @Test
  void noProportionIsRefused() {
    assertThatThrownBy(() -> Wilson.interval(3, 2)).hasMessage("3.0 of 2 is no proportion");
    assertThatThrownBy(() -> Wilson.interval(-1, 2)).hasMessage("-1.0 of 2 is no proportion");
    assertThatThrownBy(() -> Interval.ofScores(new double[] {0, Double.NaN}, 1))
        .hasMessage("a score must be 0 to 1, not NaN");
  }

  @Test
  void bootstrapAgreesWithTheNormalInterval() {
    SplittableRandom random = new SplittableRandom(5);
    double[] values = random.doubles(400).toArray();
    Interval interval = Bootstrap.mean(values, 1);
    double half = 1.96 * Math.sqrt(1.0 / 12 / 400);
    assertThat(interval.low()).isCloseTo(interval.mean() - half, within(0.004));
    assertThat(interval.high()).isCloseTo(interval.mean() + half, within(0.004));
    assertThat(Bootstrap.mean(values, 1)).isEqualTo(interval);
    assertThat(Bootstrap.mean(values, 2)).isNotEqualTo(interval);
  }

  @Test
  void scoresTakeTheIntervalThatSuitsThem() {
    assertThat(Interval.ofScores(new double[] {1, 0, 1, 1}, 1)).isEqualTo(Wilson.interval(3, 4));
    double[] graded = {1, 0.5, 0.25, 0};
    assertThat(Interval.ofScores(graded, 1)).isEqualTo(Bootstrap.mean(graded, 1));
  }

  @Test
  void wilsonsIntervalIsThatOfTheTextbook() {
    Interval nineOfTen = Wilson.interval(9, 10);
    assertThat(nineOfTen.low()).isCloseTo(0.5958, within(5e-5));
    assertThat(nineOfTen.high()).isCloseTo(0.9821, within(5e-5));
    assertThat(Wilson.interval(0, 10).high()).isCloseTo(0.2775, within(5e-5));
  }
}

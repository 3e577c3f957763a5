package io.github.quest4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.evaluation.report.Statistics.Interval;
import io.github.quest4j.evaluation.report.Statistics.Losses;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void wilsonsIntervalIsThatOfTheTextbook() {
    Interval nineOfTen = Statistics.wilson(9, 10);
    assertThat(nineOfTen.low()).isCloseTo(0.5958, within(5e-5));
    assertThat(nineOfTen.high()).isCloseTo(0.9821, within(5e-5));
    Interval none = Statistics.wilson(0, 10);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(0.2775, within(5e-5));
    assertThat(Statistics.wilson(0, 0)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void signTestCountsBothTails() {
    assertThat(Statistics.signTest(9, 0)).isCloseTo(2 / 512.0, within(1e-12));
    assertThat(Statistics.signTest(1, 5)).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(Statistics.signTest(0, 0)).isEqualTo(1);
    assertThat(Statistics.signTest(3, 3)).isEqualTo(1);
    assertThat(Statistics.signTest(2050, 1950)).isBetween(0.1, 0.13);
  }

  @Test
  void ratioIsThatOfTheMeanLosses() {
    Losses[] windows = {new Losses(210, 100, 200, 100), new Losses(630, 300, 600, 300)};
    assertThat(Statistics.ratio(windows)).isCloseTo(Math.exp(0.1), within(1e-12));
    Interval interval = Statistics.ratioInterval(windows);
    assertThat(interval.low()).isCloseTo(Math.exp(0.1), within(1e-9));
    assertThat(interval.high()).isCloseTo(Math.exp(0.1), within(1e-9));
  }

  @Test
  void ratiosIntervalHoldsItAndStaysTheSame() {
    Losses[] windows = {
      new Losses(210, 100, 200, 100),
      new Losses(230, 100, 210, 100),
      new Losses(190, 100, 190, 100),
      new Losses(205, 100, 200, 100)
    };
    Interval interval = Statistics.ratioInterval(windows);
    double ratio = Statistics.ratio(windows);
    assertThat(interval.low()).isLessThan(ratio).isGreaterThanOrEqualTo(1);
    assertThat(interval.high()).isGreaterThan(ratio).isLessThanOrEqualTo(Math.exp(0.2));
    assertThat(Statistics.ratioInterval(windows)).isEqualTo(interval);
  }
}

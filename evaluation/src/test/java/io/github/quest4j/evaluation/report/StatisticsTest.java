package io.github.quest4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.evaluation.metric.Interval;
import io.github.quest4j.evaluation.report.Statistics.Losses;
import org.junit.jupiter.api.Test;

class StatisticsTest {

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

package io.github.quest4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrelationTest {

  @Test
  void pearsonByHand() {
    // deviations (-1, 0, 1) and (-1, 1, 0): 1 over sqrt(2) sqrt(2)
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {1, 3, 2}))
        .isCloseTo(0.5, within(1e-12));
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {9, 7, 5}))
        .isCloseTo(-1, within(1e-12));
  }

  @Test
  void logsOfAPowerLieOnALine() {
    double[] x = {1e-6, 1e-3, 0.5, 20};
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = 3 * x[i] * x[i];
    }
    assertThat(Correlation.ofLogs(x, y)).isCloseTo(1, within(1e-12));
    assertThat(Correlation.pearson(x, y)).isLessThan(0.9999999);
  }

  @Test
  void nothingGoesTogetherWithAConstant() {
    assertThat(Correlation.pearson(new double[0], new double[0])).isNaN();
    assertThat(Correlation.pearson(new double[] {1}, new double[] {1})).isNaN();
    assertThat(Correlation.pearson(new double[] {1, 2}, new double[] {5, 5})).isNaN();
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    assertThatThrownBy(() -> Correlation.pearson(new double[1], new double[2]))
        .hasMessage("1 numbers cannot be paired with 2");
    assertThatThrownBy(() -> Correlation.ofLogs(new double[] {0, 1}, new double[] {1, 2}))
        .hasMessage("only a positive number has a logarithm, not 0.0");
  }
}

package io.github.quest4j.evaluation.metric;

import java.util.Arrays;

/** How closely two measurements of the same things go together on a line. */
public final class Correlation {

  private Correlation() {}

  /**
   * Pearson's correlation.
   *
   * @param x finite numbers
   * @param y of the same things, in the same order
   * @return -1 to 1; NaN of fewer than two pairs or where one side is constant
   * @throws IllegalArgumentException if the two differ in number
   */
  public static double pearson(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " numbers cannot be paired with " + y.length);
    }
    double xMean = Interval.mean(x);
    double yMean = Interval.mean(y);
    double both = 0;
    double xSquares = 0;
    double ySquares = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - xMean;
      double dy = y[i] - yMean;
      both += dx * dy;
      xSquares += dx * dx;
      ySquares += dy * dy;
    }
    if (x.length < 2 || xSquares == 0 || ySquares == 0) {
      return Double.NaN;
    }
    double correlation = both / Math.sqrt(xSquares) / Math.sqrt(ySquares);
    return Math.clamp(correlation, -1, 1);
  }

  /**
   * Pearson's correlation of the natural logarithms, for quantities that span magnitudes.
   *
   * @param x positive numbers
   * @param y of the same things, in the same order
   * @return -1 to 1; NaN of fewer than two pairs or where one side is constant
   * @throws IllegalArgumentException if the two differ in number or a number is not positive
   */
  public static double ofLogs(double[] x, double[] y) {
    return pearson(logs(x), logs(y));
  }

  private static double[] logs(double[] values) {
    for (double value : values) {
      if (!(value > 0)) {
        throw new IllegalArgumentException("only a positive number has a logarithm, not " + value);
      }
    }
    return Arrays.stream(values).map(Math::log).toArray();
  }
}

package io.github.quest4j.benchmarks;

import java.util.Arrays;

/** The smallest, middle and largest of repeated measurements. */
public record Spread(double min, double median, double max) {

  /**
   * Of at least one value, in any order; between two middle values lies their mean.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a spread needs at least one value");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }

  /**
   * Of {@code over[i] / under[i]}: measurements that were taken in turn, so that what slows the
   * machine for a while slows both.
   *
   * @throws IllegalArgumentException if the two differ in number
   */
  public static Spread ofRatios(double[] over, double[] under) {
    if (over.length != under.length) {
      throw new IllegalArgumentException(
          over.length + " measurements cannot be paired with " + under.length);
    }
    double[] ratios = new double[over.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = over[i] / under[i];
    }
    return of(ratios);
  }
}

package io.github.quest4j.benchmarks.load;

import java.util.Arrays;
import java.util.Optional;

/**
 * Percentiles by nearest rank: each is one of the values measured.
 *
 * @param count of values
 * @param p50 half of the values are at most so large
 * @param p90 nine of ten are
 * @param p99 99 of a hundred are
 * @param max the largest
 */
public record Percentiles(int count, double p50, double p90, double p99, double max) {

  /** Of values in any order; empty where there is none. */
  static Optional<Percentiles> of(double... values) {
    if (values.length == 0) {
      return Optional.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Optional.of(
        new Percentiles(
            sorted.length,
            rank(sorted, 50),
            rank(sorted, 90),
            rank(sorted, 99),
            sorted[sorted.length - 1]));
  }

  private static double rank(double[] sorted, int percent) {
    long rank = ((long) percent * sorted.length + 99) / 100;
    return sorted[(int) rank - 1];
  }
}

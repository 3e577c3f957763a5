package io.github.quest4j.evaluation.metric;

import java.util.Arrays;

/**
 * An estimate and the 95 % interval about it.
 *
 * @param mean the estimate; NaN of no items at all
 * @param low lower end
 * @param high upper end
 */
public record Interval(double mean, double low, double high) {

  /**
   * The interval of the mean of scores: Wilson's if every score is 0 or 1, else by resampling.
   *
   * @param scores 0..1 each
   * @param seed of the resampling
   * @return of no scores, 0 to 1
   * @throws IllegalArgumentException if a score is not within 0..1
   */
  public static Interval ofScores(double[] scores, long seed) {
    int right = 0;
    boolean graded = false;
    for (double score : scores) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException("a score must be 0 to 1, not " + score);
      }
      if (score == 1) {
        right++;
      }
      graded |= score != 0 && score != 1;
    }
    return graded ? Bootstrap.mean(scores, seed) : Wilson.interval(right, scores.length);
  }

  /** The mean of values; NaN of none. */
  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}

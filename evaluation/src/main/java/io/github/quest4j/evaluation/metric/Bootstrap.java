package io.github.quest4j.evaluation.metric;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The 95 % interval of a mean by resampling (B. Efron, 1979): the middle 95 % of the means of
 * samples drawn with replacement. Values that are all the same give no width; for right and wrong
 * take {@link Wilson}.
 */
public final class Bootstrap {

  private static final int SAMPLES = 10_000;

  private Bootstrap() {}

  /**
   * The interval of the mean, the same for the same values and seed. Draws ten thousand numbers for
   * each value.
   *
   * @param values finite numbers of any range
   * @param seed of the drawing
   * @return of no values, NaN for all three
   */
  public static Interval mean(double[] values, long seed) {
    if (values.length == 0) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[sample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(
        Interval.mean(values), means[SAMPLES / 40], means[SAMPLES - 1 - SAMPLES / 40]);
  }
}

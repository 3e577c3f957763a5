package io.github.quest4j.evaluation.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What counts and means say about more items of the same kind. */
final class Statistics {

  private static final double Z95 = 1.959963984540054;
  private static final int RESAMPLES = 2000;
  private static final long SEED = 20240617;

  private Statistics() {}

  /** Bounds between which the truth lies in 95 of 100 cases. */
  record Interval(double low, double high) {}

  /**
   * Wilson's score interval of a share. For graded scores, whose spread is at most that of right
   * and wrong with the same mean, it is on the wide side.
   *
   * @param right sum of the scores, 0 to total
   */
  static Interval wilson(double right, int total) {
    if (total == 0) {
      return new Interval(0, 1);
    }
    double p = right / total;
    double z2 = Z95 * Z95 / total;
    double centre = p + z2 / 2;
    double half = Z95 * Math.sqrt((p * (1 - p) + z2 / 4) / total);
    return new Interval(
        Math.max(0, (centre - half) / (1 + z2)), Math.min(1, (centre + half) / (1 + z2)));
  }

  /**
   * Two-sided exact sign test: how likely a split of {@code a + b} differing items is that is at
   * least as uneven, if either side were as likely.
   */
  static double signTest(int a, int b) {
    int n = a + b;
    int fewer = Math.min(a, b);
    double logTerm = -n * Math.log(2);
    double tail = 0;
    for (int i = 0; i <= fewer; i++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log((double) (n - i) / (i + 1));
    }
    return Math.min(1, 2 * tail);
  }

  /** The loss of one stretch of text, in nats, by two ways of reading it. */
  record Losses(double loss, double predictions, double denseLoss, double densePredictions) {}

  /** Perplexity relative to dense: exp of the difference of the mean losses. */
  static double ratio(Losses[] windows) {
    double loss = 0;
    double predictions = 0;
    double denseLoss = 0;
    double densePredictions = 0;
    for (Losses w : windows) {
      loss += w.loss;
      predictions += w.predictions;
      denseLoss += w.denseLoss;
      densePredictions += w.densePredictions;
    }
    return Math.exp(loss / predictions - denseLoss / densePredictions);
  }

  /** The 95 % bootstrap interval of {@link #ratio}, windows drawn in pairs; the same every time. */
  static Interval ratioInterval(Losses[] windows) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] ratios = new double[RESAMPLES];
    Losses[] drawn = new Losses[windows.length];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = windows[random.nextInt(windows.length)];
      }
      ratios[i] = ratio(drawn);
    }
    Arrays.sort(ratios);
    return new Interval(ratios[RESAMPLES / 40], ratios[RESAMPLES - 1 - RESAMPLES / 40]);
  }
}

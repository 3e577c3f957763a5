package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.metric.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Perplexities relative to dense, and how certain they are. */
final class Statistics {

  private static final int RESAMPLES = 2000;
  private static final long SEED = 20240617;

  private Statistics() {}

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
    return new Interval(
        ratio(windows), ratios[RESAMPLES / 40], ratios[RESAMPLES - 1 - RESAMPLES / 40]);
  }
}

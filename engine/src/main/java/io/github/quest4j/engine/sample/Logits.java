package io.github.quest4j.engine.sample;

/** What a row of logits says. */
public final class Logits {

  private Logits() {}

  /** {@code log sum exp(logits)}. */
  public static double logSumExp(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float x : logits) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (float x : logits) {
      sum += Math.exp(x - max);
    }
    return max + Math.log(sum);
  }

  /** The natural logarithm of a token's probability. */
  public static double logProbability(float[] logits, int token) {
    return logits[token] - logSumExp(logits);
  }

  /**
   * The most likely token; ties go to the lowest id, so that a greedy run is the same everywhere.
   */
  public static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}

package io.github.quest4j.engine;

/** Logarithms of the probabilities that logits stand for. */
public final class LogSoftmax {

  private LogSoftmax() {}

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
}

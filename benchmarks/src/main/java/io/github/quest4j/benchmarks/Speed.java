package io.github.quest4j.benchmarks;

/**
 * Tokens per second.
 *
 * @param perSecond of each repetition that counts, in the order they were taken
 * @param cold of the very first repetition, with a cold JVM and a cold cache
 * @param warmUp repetitions before those that count
 * @param settled whether the last two of the warm-up agreed within 3 %
 */
public record Speed(double[] perSecond, double cold, int warmUp, boolean settled) {

  static Speed of(int tokens, Alternation.Seconds seconds) {
    double[] perSecond = new double[seconds.warm().length];
    for (int i = 0; i < perSecond.length; i++) {
      perSecond[i] = tokens / seconds.warm()[i];
    }
    return new Speed(perSecond, tokens / seconds.cold(), seconds.warmUp(), seconds.settled());
  }

  /** The range of the repetitions. */
  public Spread spread() {
    return Spread.of(perSecond);
  }

  /** How many times as fast as {@code other}, which was measured in turn with this. */
  public Spread over(Speed other) {
    return Spread.ofRatios(perSecond, other.perSecond);
  }
}

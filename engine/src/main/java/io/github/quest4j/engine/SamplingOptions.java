package io.github.quest4j.engine;

/**
 * How the next token is drawn from the logits.
 *
 * @param temperature 0 takes the most likely token; above, logits are divided by it
 * @param topK only the K most likely tokens; 0 for no limit
 * @param topP only the most likely tokens that together reach this probability, in (0, 1]
 * @param minP only tokens at least this fraction as likely as the most likely one, in [0, 1]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen lately; 1
 *     for none
 * @param repetitionWindow how many of the last tokens count as seen lately
 * @param seed of the draw
 */
public record SamplingOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    int repetitionWindow,
    long seed) {

  /** The most likely token, always. */
  public static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0, 1, 64, 0);

  /** Checks the values. */
  public SamplingOptions {
    require(temperature >= 0 && temperature <= 100, "temperature is not in 0..100: " + temperature);
    require(topK >= 0, "top-k is negative: " + topK);
    require(topP > 0 && topP <= 1, "top-p is not in (0, 1]: " + topP);
    require(minP >= 0 && minP <= 1, "min-p is not in 0..1: " + minP);
    require(
        repetitionPenalty > 0 && repetitionPenalty <= 100,
        "repetition penalty is not in (0, 100]: " + repetitionPenalty);
    require(
        repetitionWindow >= 0 && repetitionWindow <= 1 << 20,
        "repetition window is not in 0..1048576: " + repetitionWindow);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The same with another temperature. */
  public SamplingOptions withTemperature(float value) {
    return new SamplingOptions(value, topK, topP, minP, repetitionPenalty, repetitionWindow, seed);
  }

  /** The same with another top-k. */
  public SamplingOptions withTopK(int value) {
    return new SamplingOptions(
        temperature, value, topP, minP, repetitionPenalty, repetitionWindow, seed);
  }

  /** The same with another top-p. */
  public SamplingOptions withTopP(float value) {
    return new SamplingOptions(
        temperature, topK, value, minP, repetitionPenalty, repetitionWindow, seed);
  }

  /** The same with another min-p. */
  public SamplingOptions withMinP(float value) {
    return new SamplingOptions(
        temperature, topK, topP, value, repetitionPenalty, repetitionWindow, seed);
  }

  /** The same with another repetition penalty. */
  public SamplingOptions withRepetitionPenalty(float value) {
    return new SamplingOptions(temperature, topK, topP, minP, value, repetitionWindow, seed);
  }

  /** The same with another seed. */
  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(
        temperature, topK, topP, minP, repetitionPenalty, repetitionWindow, value);
  }
}

package io.github.quest4j.engine.sample;

import java.util.Map;

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
 * @param presencePenalty taken from the logit of every token generated so far, in [-2, 2]
 * @param frequencyPenalty likewise, for each time that it was generated
 * @param logitBias added to the logits of these tokens, in [-100, 100]
 * @param seed of the draw
 */
public record SamplingOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    int repetitionWindow,
    float presencePenalty,
    float frequencyPenalty,
    Map<Integer, Float> logitBias,
    long seed) {

  /** The most likely token, always. */
  public static final SamplingOptions GREEDY =
      new SamplingOptions(0, 0, 1, 0, 1, 64, 0, 0, Map.of(), 0);

  private static final float MAX_PENALTY = 2;
  private static final float MAX_BIAS = 100;
  private static final int MAX_BIASES = 1_024;

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
    require(
        Math.abs(presencePenalty) <= MAX_PENALTY,
        "presence penalty is not in -2..2: " + presencePenalty);
    require(
        Math.abs(frequencyPenalty) <= MAX_PENALTY,
        "frequency penalty is not in -2..2: " + frequencyPenalty);
    logitBias = Map.copyOf(logitBias);
    require(
        logitBias.size() <= MAX_BIASES,
        "more than " + MAX_BIASES + " logit biases: " + logitBias.size());
    logitBias.forEach((token, bias) -> {
      require(token >= 0, "a logit bias is for token " + token + ", which there is not");
      require(
          Math.abs(bias) <= MAX_BIAS,
          "the logit bias of token " + token + " is not in -100..100: " + bias);
    });
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The same with another temperature. */
  public SamplingOptions withTemperature(float value) {
    return new SamplingOptions(
        value,
        topK,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another top-k. */
  public SamplingOptions withTopK(int value) {
    return new SamplingOptions(
        temperature,
        value,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another top-p. */
  public SamplingOptions withTopP(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        value,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another min-p. */
  public SamplingOptions withMinP(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        value,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another repetition penalty. */
  public SamplingOptions withRepetitionPenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        value,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another presence penalty. */
  public SamplingOptions withPresencePenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        value,
        frequencyPenalty,
        logitBias,
        seed);
  }

  /** The same with another frequency penalty. */
  public SamplingOptions withFrequencyPenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        value,
        logitBias,
        seed);
  }

  /** The same with other logit biases. */
  public SamplingOptions withLogitBias(Map<Integer, Float> value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        value,
        seed);
  }

  /** The same with another seed. */
  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        repetitionWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        value);
  }
}

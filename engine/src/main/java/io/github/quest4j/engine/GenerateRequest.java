package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * One request to generate. Immutable; made by {@link #of} and the {@code with…} methods.
 *
 * @param prompt what to continue
 * @param maxTokens how many tokens at most
 * @param sampling how tokens are drawn
 * @param stop texts at which generation ends; they are not part of the result
 * @param attention how decode steps attend; empty for the engine's default
 * @param sparseTail so many last characters of the prompt are fed token by token through the decode
 *     path, as the paper evaluates; 0 to prefill all
 * @param logprobs how many of the most likely tokens are told of with each token; {@link
 *     TextSampler#NO_LOGPROBS} to compute none
 * @param ignoreEnd whether generation goes on to {@code maxTokens} whatever the model wants
 * @param constraint what the text may be; of {@link Engine#constraints}
 */
public record GenerateRequest(
    Prompt prompt,
    int maxTokens,
    SamplingOptions sampling,
    List<String> stop,
    Optional<AttentionOptions> attention,
    int sparseTail,
    int logprobs,
    boolean ignoreEnd,
    Optional<TokenConstraint> constraint) {

  private static final int DEFAULT_MAX_TOKENS = 256;
  private static final int MAX_STOPS = 64;
  private static final int MAX_STOP_LENGTH = 4_096;
  private static final int MAX_LOGPROBS = 20;

  /** Checks the values. */
  public GenerateRequest {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max tokens is not positive: " + maxTokens);
    }
    if (sparseTail < 0) {
      throw new IllegalArgumentException("sparse tail is negative: " + sparseTail);
    }
    if (logprobs < TextSampler.NO_LOGPROBS || logprobs > MAX_LOGPROBS) {
      throw new IllegalArgumentException(
          "log probabilities of the most likely tokens are to be had for 0 to "
              + MAX_LOGPROBS
              + " of them, not "
              + logprobs);
    }
    if (ignoreEnd && constraint.isPresent()) {
      throw new IllegalArgumentException(
          "a constrained text ends where it is complete: the end cannot be ignored");
    }
    stop = List.copyOf(stop);
    if (stop.size() > MAX_STOPS) {
      throw new IllegalArgumentException(
          "more than " + MAX_STOPS + " stop strings: " + stop.size());
    }
    for (String s : stop) {
      if (s.isEmpty() || s.length() > MAX_STOP_LENGTH) {
        throw new IllegalArgumentException(
            "a stop string has 1 to " + MAX_STOP_LENGTH + " characters, not " + s.length());
      }
    }
  }

  /** A greedy request with the defaults. */
  public static GenerateRequest of(Prompt prompt) {
    return new GenerateRequest(
        prompt,
        DEFAULT_MAX_TOKENS,
        SamplingOptions.GREEDY,
        List.of(),
        Optional.empty(),
        0,
        TextSampler.NO_LOGPROBS,
        false,
        Optional.empty());
  }

  /** The same with another limit of tokens. */
  public GenerateRequest withMaxTokens(int value) {
    return new GenerateRequest(
        prompt, value, sampling, stop, attention, sparseTail, logprobs, ignoreEnd, constraint);
  }

  /** The same with other sampling. */
  public GenerateRequest withSampling(SamplingOptions value) {
    return new GenerateRequest(
        prompt, maxTokens, value, stop, attention, sparseTail, logprobs, ignoreEnd, constraint);
  }

  /** The same with other stop strings. */
  public GenerateRequest withStop(List<String> value) {
    return new GenerateRequest(
        prompt, maxTokens, sampling, value, attention, sparseTail, logprobs, ignoreEnd, constraint);
  }

  /** The same with other attention. */
  public GenerateRequest withAttention(AttentionOptions value) {
    return new GenerateRequest(
        prompt,
        maxTokens,
        sampling,
        stop,
        Optional.of(value),
        sparseTail,
        logprobs,
        ignoreEnd,
        constraint);
  }

  /** The same with the last characters of the prompt fed through the decode path. */
  public GenerateRequest withSparseTail(int characters) {
    return new GenerateRequest(
        prompt, maxTokens, sampling, stop, attention, characters, logprobs, ignoreEnd, constraint);
  }

  /** The same with log probabilities of the tokens and of the {@code top} most likely ones. */
  public GenerateRequest withLogprobs(int top) {
    return new GenerateRequest(
        prompt, maxTokens, sampling, stop, attention, sparseTail, top, ignoreEnd, constraint);
  }

  /** The same, whether or not the end that the model wants is ignored. */
  public GenerateRequest withIgnoreEnd(boolean value) {
    return new GenerateRequest(
        prompt, maxTokens, sampling, stop, attention, sparseTail, logprobs, value, constraint);
  }

  /** The same with a constraint on the text. */
  public GenerateRequest withConstraint(TokenConstraint value) {
    return new GenerateRequest(
        prompt,
        maxTokens,
        sampling,
        stop,
        attention,
        sparseTail,
        logprobs,
        ignoreEnd,
        Optional.of(value));
  }

  /** What makes a text of the logits of this request. */
  public TextSampler sampler(Tokenizer tokenizer, int vocabulary) {
    return new TextSampler(tokenizer, sampling, stop, vocabulary, logprobs, ignoreEnd, constraint);
  }
}

package io.github.quest4j.engine.sample;

import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.model.tokenizer.TokenDecoder;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes one text of logits, token by token: draws, decodes without cutting characters, and looks
 * for stop strings. Not thread-safe.
 */
public final class TextSampler {

  /** Nobody wants log probabilities. */
  public static final int NO_LOGPROBS = -1;

  /**
   * What was drawn.
   *
   * @param token its id
   * @param text that became certain with it; may be empty
   * @param end whether the model ended the text with this token, which is then no part of it
   */
  public record Drawn(int token, String text, boolean end, Optional<TokenLogprobs> logprobs) {}

  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final TokenDecoder decoder;
  private final StopMatcher stops;
  private final int logprobs;
  private final int[] never; // tokens that are not drawn
  private final Optional<TokenConstraint.State> constraint;
  private float[] left = new float[0]; // [vocabulary] logits of what may come

  /**
   * A new text.
   *
   * @param stop texts at which it ends
   * @param logprobs how many of the most likely tokens are told of with each token, or {@link
   *     #NO_LOGPROBS}
   * @param ignoreEnd whether the model's end is never drawn
   * @param constraint what the text may be
   */
  public TextSampler(
      Tokenizer tokenizer,
      SamplingOptions options,
      List<String> stop,
      int vocabulary,
      int logprobs,
      boolean ignoreEnd,
      Optional<TokenConstraint> constraint) {
    this.tokenizer = tokenizer;
    this.sampler = new Sampler(options);
    this.decoder = tokenizer.decoder();
    this.stops = new StopMatcher(stop);
    this.logprobs = logprobs;
    this.never =
        ignoreEnd
            ? IntStream.range(0, vocabulary).filter(tokenizer::isEndOfGeneration).toArray()
            : new int[0];
    this.constraint = constraint.map(TokenConstraint::begin);
  }

  /** Tells of the prompt, before the first draw. */
  public void prompt(int[] tokens) {
    for (int token : tokens) {
      sampler.prompt(token);
    }
  }

  /**
   * Draws the next token.
   *
   * @param logits {@code [vocabulary]}, left as they are
   */
  public Drawn draw(float[] logits) {
    int token = sampler.sample(allowed(logits));
    Optional<TokenLogprobs> likely =
        logprobs == NO_LOGPROBS
            ? Optional.empty()
            : Optional.of(TokenLogprobs.of(logits, token, logprobs));
    constraint.ifPresent(state -> state.accept(token));
    if (tokenizer.isEndOfGeneration(token)) {
      return new Drawn(token, "", true, likely);
    }
    sampler.accept(token);
    return new Drawn(token, stops.accept(decoder.next(token)), false, likely);
  }

  /** The logits without the tokens that may not come. */
  private float[] allowed(float[] logits) {
    if (never.length == 0 && constraint.isEmpty()) {
      return logits;
    }
    if (left.length != logits.length) {
      left = new float[logits.length];
    }
    System.arraycopy(logits, 0, left, 0, logits.length);
    for (int token : never) {
      left[token] = Float.NEGATIVE_INFINITY;
    }
    constraint.ifPresent(state -> state.mask(left));
    return left;
  }

  /** Whether a stop string has come. */
  public boolean stopped() {
    return stops.stopped();
  }

  /** The text that was held back, once no more tokens come; nothing after a stop string. */
  public String finish() {
    return stops.stopped() ? "" : stops.accept(decoder.flush()) + stops.finish();
  }
}

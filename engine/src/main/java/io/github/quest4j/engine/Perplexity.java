package io.github.quest4j.engine;

import io.github.quest4j.engine.sample.Logits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * How well a model predicts a text: the exponential of the mean negative log-likelihood.
 *
 * @param perplexity over all chunks
 * @param running the same after each chunk
 * @param predictions counted
 */
public record Perplexity(double perplexity, List<Double> running, long predictions) {

  /** Keeps an own copy. */
  public Perplexity {
    running = List.copyOf(running);
  }

  /**
   * Over chunks of a text, each from an empty cache with prefill's dense attention: predictions
   * made at positions context/2 … context-2 count, as llama.cpp counts them.
   *
   * @param tokens of the text, tokenized whole with BOS as the model asks; a chunk's first is
   *     replaced by BOS where it asks
   * @param context tokens in a chunk
   * @param chunks at most so many
   * @param progress is told the chunks done and the running value
   */
  public static Perplexity overChunks(
      Engine engine, int[] tokens, int context, int chunks, BiConsumer<Integer, Double> progress) {
    requireAtLeast("context of a chunk", 4, context);
    requireAtLeast("chunks", 1, chunks);
    if (context > engine.context()) {
      throw new IllegalArgumentException(
          "context of a chunk is above the engine's " + engine.context() + ": " + context);
    }
    int count = Math.min(chunks, tokens.length / context);
    if (count < 1) {
      throw new IllegalArgumentException(
          "the text has " + tokens.length + " tokens, fewer than one chunk of " + context);
    }
    double[] loss = {0};
    long predictions = 0;
    List<Double> running = new ArrayList<>(count);
    for (int chunk = 0; chunk < count; chunk++) {
      int from = chunk * context;
      int[] piece = new int[context];
      System.arraycopy(tokens, from, piece, 0, context);
      engine.beginningOfSequence().ifPresent(bos -> piece[0] = bos);
      try (Sequence sequence = engine.sequence(engine.options().attention())) {
        sequence.prefillAll(
            piece,
            0,
            context,
            (part, position, logits) -> {
              if (position >= context / 2 && position < context - 1) {
                loss[0] += negativeLogLikelihood(logits, piece[position + 1]);
              }
            });
      }
      predictions += context - 1 - context / 2;
      double value = Math.exp(loss[0] / predictions);
      running.add(value);
      progress.accept(chunk + 1, value);
    }
    return new Perplexity(running.getLast(), running, predictions);
  }

  /**
   * Over one stretch of a text: the first {@code skip} tokens are prefilled, then each of the next
   * {@code count} tokens is predicted and fed through the decode path, so that every prediction but
   * the first reads the pages that the policy selects.
   *
   * @param sequence empty, with the policy to measure
   * @param progress is told the tokens done and the running value
   */
  public static Perplexity tokenByToken(
      Sequence sequence, int[] tokens, int skip, int count, BiConsumer<Integer, Double> progress) {
    requireAtLeast("tokens to skip", 1, skip);
    requireAtLeast("tokens to predict", 1, count);
    if (tokens.length - skip < count) {
      throw new IllegalArgumentException(
          "the text has "
              + tokens.length
              + " tokens: too few to skip "
              + skip
              + " and read "
              + count);
    }
    float[] logits = sequence.prefill(tokens, 0, skip, done -> {});
    double loss = 0;
    List<Double> running = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      loss += negativeLogLikelihood(logits, tokens[skip + i]);
      running.add(Math.exp(loss / (i + 1)));
      progress.accept(i + 1, running.getLast());
      if (i + 1 < count) {
        logits = sequence.step(tokens[skip + i]);
      }
    }
    return new Perplexity(running.getLast(), running, count);
  }

  private static void requireAtLeast(String what, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(what + ": at least " + least + " is needed, not " + value);
    }
  }

  private static double negativeLogLikelihood(float[] logits, int token) {
    return Logits.logSumExp(logits) - logits[token];
  }
}

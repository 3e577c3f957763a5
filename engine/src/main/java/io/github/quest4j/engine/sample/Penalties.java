package io.github.quest4j.engine.sample;

import java.util.HashMap;
import java.util.Map;

/**
 * Logits made more or less likely by what stands in the text already, and by the caller's biases.
 * Not thread-safe.
 */
final class Penalties {

  private final SamplingOptions options;
  private final int[] recent; // ring of the last tokens, prompt included
  private final Map<Integer, Integer> generated = new HashMap<>(); // token to count
  private final boolean counts;
  private int recentCount;
  private float[] changed = new float[0]; // [vocabulary]

  Penalties(SamplingOptions options) {
    this.options = options;
    recent = new int[options.repetitionPenalty() == 1 ? 0 : options.repetitionWindow()];
    counts = options.presencePenalty() != 0 || options.frequencyPenalty() != 0;
  }

  /** A token of the prompt. */
  void prompt(int token) {
    if (recent.length > 0) {
      recent[recentCount % recent.length] = token;
      recentCount++;
    }
  }

  /** A token that was generated. */
  void accept(int token) {
    prompt(token);
    if (counts) {
      generated.merge(token, 1, Integer::sum);
    }
  }

  /**
   * The logits to draw from.
   *
   * @param logits {@code [vocabulary]}, left as they are
   * @return the same array, or one that is valid until the next call
   */
  float[] apply(float[] logits) {
    int seen = Math.min(recentCount, recent.length);
    if (seen == 0 && generated.isEmpty() && options.logitBias().isEmpty()) {
      return logits;
    }
    if (changed.length != logits.length) {
      changed = new float[logits.length];
    }
    System.arraycopy(logits, 0, changed, 0, logits.length);
    for (int i = 0; i < seen; i++) {
      int token = recent[i];
      // From the original, so that a token seen twice is penalised once.
      float x = logits[token];
      changed[token] = x > 0 ? x / options.repetitionPenalty() : x * options.repetitionPenalty();
    }
    generated.forEach((token, count) ->
        changed[token] -= options.presencePenalty() + count * options.frequencyPenalty());
    options
        .logitBias()
        .forEach((token, bias) -> {
          if (token < changed.length) {
            changed[token] += bias;
          }
        });
    return changed;
  }
}

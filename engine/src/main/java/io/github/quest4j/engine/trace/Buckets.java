package io.github.quest4j.engine.trace;

import io.github.quest4j.attention.select.StreamingSelector;
import java.util.Arrays;

/**
 * What each token of a sequence counts for: a passage, by its index, or the sink, the template or
 * what was generated. Tokens of one bucket in a row are a run.
 */
final class Buckets {

  static final int SINK_TOKENS = StreamingSelector.SINKS;

  private final int passages;
  private final int[] of; // [tokens of the prompt]
  private final int[] ends; // [tokens of the prompt] of the token's run

  Buckets(PromptText prompt) {
    passages = prompt.passages().size();
    of = new int[prompt.tokens()];
    ends = new int[of.length];
    Arrays.fill(of, template());
    for (Passage passage : prompt.passages()) {
      Arrays.fill(of, passage.fromToken(), passage.toToken(), passage.index());
    }
    Arrays.fill(of, 0, Math.min(SINK_TOKENS, of.length), sink());
    for (int token = of.length - 1; token >= 0; token--) {
      boolean last = token == of.length - 1 || of[token + 1] != of[token];
      ends[token] = last ? token + 1 : ends[token + 1];
    }
  }

  int passages() {
    return passages;
  }

  int sink() {
    return passages;
  }

  int template() {
    return passages + 1;
  }

  int generated() {
    return passages + 2;
  }

  int count() {
    return passages + 3;
  }

  int of(int token) {
    return token < of.length ? of[token] : generated();
  }

  /** The token behind the run. */
  int end(int token) {
    return token < ends.length ? ends[token] : Integer.MAX_VALUE;
  }
}

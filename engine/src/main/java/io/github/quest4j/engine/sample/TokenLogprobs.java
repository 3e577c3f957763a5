package io.github.quest4j.engine.sample;

import java.util.Arrays;
import java.util.List;

/**
 * How likely a token was, and what else might have come.
 *
 * @param chosen the token that came
 * @param top the most likely tokens, the likeliest first; empty where none were asked for
 */
public record TokenLogprobs(Logprob chosen, List<Logprob> top) {

  /** Keeps an own copy. */
  public TokenLogprobs {
    top = List.copyOf(top);
  }

  /**
   * A token and the natural logarithm of its probability, by the model's own logits: before
   * penalties, temperature and constraints.
   */
  public record Logprob(int token, double logprob) {}

  /** Of a token and the {@code count} most likely ones; ties go to the lowest id. */
  static TokenLogprobs of(float[] logits, int token, int count) {
    double sum = Logits.logSumExp(logits);
    int k = Math.min(count, logits.length);
    int[] best = new int[k];
    int size = 0;
    for (int i = 0; i < logits.length && k > 0; i++) {
      if (size == k && logits[i] <= logits[best[k - 1]]) {
        continue;
      }
      int at = size < k ? size++ : k - 1;
      while (at > 0 && logits[best[at - 1]] < logits[i]) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = i;
    }
    List<Logprob> top =
        Arrays.stream(best, 0, size).mapToObj(id -> new Logprob(id, logits[id] - sum)).toList();
    return new TokenLogprobs(new Logprob(token, logits[token] - sum), top);
  }
}

package io.github.quest4j.engine.sample;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws tokens from logits: penalties and biases, then top-k, top-p, min-p, then temperature.
 *
 * <p>Ties go to the lowest token id, so that a greedy run is one and the same everywhere. Not
 * thread-safe.
 */
final class Sampler {

  private final SamplingOptions options;
  private final SplittableRandom random;
  private final float[] weights; // [vocabulary]
  private final Penalties penalties;
  // Candidates, a heap of (logit, id) with the worst at its root.
  private long[] candidates;

  Sampler(SamplingOptions options, int vocabulary) {
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    this.weights = new float[options.temperature() == 0 ? 0 : vocabulary];
    this.penalties = new Penalties(options);
    this.candidates = new long[options.temperature() == 0 ? 0 : Math.min(vocabulary, 256)];
  }

  /** Tells of a token of the prompt. */
  void prompt(int token) {
    penalties.prompt(token);
  }

  /** Tells of a token that was generated. */
  void accept(int token) {
    penalties.accept(token);
  }

  /**
   * Draws the next token.
   *
   * @param logits {@code [vocabulary]}, left as they are
   */
  int sample(float[] logits) {
    float[] l = penalties.apply(logits);
    if (options.temperature() == 0) {
      return Logits.argmax(l);
    }
    int count = mostLikely(l, options.topK() == 0 ? l.length : Math.min(options.topK(), l.length));
    float top = logit(candidates[0]);
    // Probabilities before temperature decide what may be drawn, as in the samplers users know.
    double total = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = (float) Math.exp(logit(candidates[i]) - top);
      total += weights[i];
    }
    int kept = 0;
    double cumulated = 0;
    while (kept < count) {
      if (kept > 0 && (cumulated >= options.topP() * total || weights[kept] < options.minP())) {
        break;
      }
      cumulated += weights[kept++];
    }
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = (float) Math.exp((logit(candidates[i]) - top) / options.temperature());
      sum += weights[i];
    }
    double drawn = random.nextDouble() * sum;
    for (int i = 0; i < kept; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return id(candidates[i]);
      }
    }
    return id(candidates[kept - 1]);
  }

  /** Puts the {@code k} most likely tokens into {@link #candidates}, the likeliest first. */
  private int mostLikely(float[] logits, int k) {
    if (candidates.length < k) {
      candidates = new long[k];
    }
    if (k == logits.length) {
      for (int i = 0; i < k; i++) {
        candidates[i] = key(logits[i], i);
      }
    } else {
      // Insertion into a sorted prefix is quadratic in k; a heap is not.
      int size = 0;
      for (int i = 0; i < logits.length; i++) {
        long key = key(logits[i], i);
        if (size < k) {
          candidates[size] = key;
          up(size++);
        } else if (key < candidates[0]) {
          candidates[0] = key;
          down(k);
        }
      }
    }
    Arrays.sort(candidates, 0, k);
    return k;
  }

  private void up(int i) {
    while (i > 0 && candidates[(i - 1) / 2] < candidates[i]) {
      swap(i, (i - 1) / 2);
      i = (i - 1) / 2;
    }
  }

  private void down(int size) {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && candidates[child + 1] > candidates[child]) {
        child++;
      }
      if (candidates[i] >= candidates[child]) {
        return;
      }
      swap(i, child);
      i = child;
    }
  }

  private void swap(int a, int b) {
    long t = candidates[a];
    candidates[a] = candidates[b];
    candidates[b] = t;
  }

  /** A key whose ascending order is descending logit, then ascending id. */
  private static long key(float logit, int id) {
    int bits = Float.floatToIntBits(Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : logit);
    int ascending = bits ^ (bits >> 31 & 0x7fffffff); // orders as the floats do
    return (long) ~ascending << 32 | id;
  }

  private static float logit(long key) {
    int ascending = ~(int) (key >> 32);
    return Float.intBitsToFloat(ascending ^ (ascending >> 31 & 0x7fffffff));
  }

  private static int id(long key) {
    return (int) key;
  }
}

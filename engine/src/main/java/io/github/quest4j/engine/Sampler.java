package io.github.quest4j.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws tokens from logits: repetition penalty, then top-k, top-p, min-p, then temperature.
 *
 * <p>Ties go to the lowest token id, so that a greedy run is one and the same everywhere. Not
 * thread-safe.
 */
final class Sampler {

  private final SamplingOptions options;
  private final SplittableRandom random;
  private final float[] weights; // [vocabulary]
  private final int[] recent; // ring of the last tokens
  private int recentCount;
  // Candidates, a heap of (logit, id) with the worst at its root.
  private long[] candidates;

  Sampler(SamplingOptions options, int vocabulary) {
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    this.weights = new float[vocabulary];
    this.recent = new int[options.repetitionPenalty() == 1 ? 0 : options.repetitionWindow()];
    this.candidates = new long[Math.min(vocabulary, 256)];
  }

  /** Tells of a token that stands in the context, prompt included. */
  void accept(int token) {
    if (recent.length > 0) {
      recent[recentCount % recent.length] = token;
      recentCount++;
    }
  }

  /**
   * Draws the next token.
   *
   * @param logits {@code [vocabulary]}, left as they are
   */
  int sample(float[] logits) {
    float[] l = penalised(logits);
    if (options.temperature() == 0) {
      return argmax(l);
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

  private float[] penalised(float[] logits) {
    int seen = Math.min(recentCount, recent.length);
    if (seen == 0) {
      return logits;
    }
    float[] l = logits.clone();
    for (int i = 0; i < seen; i++) {
      int token = recent[i];
      // From the original, so that a token seen twice is penalised once.
      float x = logits[token];
      l[token] = x > 0 ? x / options.repetitionPenalty() : x * options.repetitionPenalty();
    }
    return l;
  }

  static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
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

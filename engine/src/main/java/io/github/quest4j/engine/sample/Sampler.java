package io.github.quest4j.engine.sample;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kernel.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws tokens from logits: penalties and biases, then top-k, top-p, min-p, then temperature.
 *
 * <p>Ties go to the lowest token id, so that a greedy run is one and the same everywhere. Nothing
 * is sorted that need not be: a vocabulary has more than a hundred thousand tokens, and a scheduler
 * draws for all its sequences in every step. Not thread-safe.
 */
final class Sampler {

  /** Candidates that nearly always are enough for top-p and min-p. */
  private static final int FEW = 256;

  private final SamplingOptions options;
  private final SplittableRandom random;
  private final Penalties penalties;
  private final AttendKernels kernels = Kernels.best().attend();
  private float[] weights = new float[0]; // [vocabulary]
  // Candidates, a heap of (logit, id) with the worst at its root.
  private long[] candidates = new long[0];

  Sampler(SamplingOptions options) {
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    this.penalties = new Penalties(options);
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
   * Draws the next token; never one whose logit is minus infinity, unless all are.
   *
   * @param logits {@code [vocabulary]}, left as they are
   */
  int sample(float[] logits) {
    float[] l = penalties.apply(logits);
    if (options.temperature() == 0) {
      return Logits.argmax(l);
    }
    if (weights.length < l.length) {
      weights = new float[l.length];
    }
    boolean whole = options.topK() == 0 || options.topK() >= l.length;
    if (whole && options.topP() == 1 && options.minP() == 0) {
      return drawFromAll(l);
    }
    return drawFromFew(whole ? l.length : options.topK(), l);
  }

  private int drawFromAll(float[] l) {
    for (int i = 0; i < l.length; i++) {
      weights[i] = l[i] / options.temperature();
    }
    double sum = kernels.expInPlace(weights, 0, l.length, kernels.max(weights, 0, l.length));
    return draw(l.length, sum);
  }

  private int drawFromFew(int limit, float[] l) {
    // Probabilities before temperature decide what may be drawn, as in the samplers users know.
    double total = limit == l.length && options.topP() < 1 ? total(l) : 0;
    int count = mostLikely(l, limit == l.length ? Math.min(limit, FEW) : limit);
    int kept = kept(count, total);
    while (kept == count && count < limit) {
      count = mostLikely(l, Math.min(limit, 8 * count));
      kept = kept(count, total);
    }
    float top = logit(candidates[0]);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = (float) Math.exp((logit(candidates[i]) - top) / options.temperature());
      sum += weights[i];
    }
    return id(candidates[draw(kept, sum)]);
  }

  /** Sum of the probabilities of all, as multiples of the greatest. */
  private double total(float[] l) {
    System.arraycopy(l, 0, weights, 0, l.length);
    return kernels.expInPlace(weights, 0, l.length, kernels.max(weights, 0, l.length));
  }

  /**
   * How many of the first candidates may be drawn.
   *
   * @param total of the probabilities, likewise; 0: that of these candidates
   */
  private int kept(int count, double total) {
    float top = logit(candidates[0]);
    for (int i = 0; i < count; i++) {
      weights[i] = (float) Math.exp(logit(candidates[i]) - top);
    }
    double all = total;
    for (int i = 0; i < count && total == 0; i++) {
      all += weights[i];
    }
    int kept = 0;
    double cumulated = 0;
    while (kept < count) {
      if (kept > 0 && (cumulated >= options.topP() * all || weights[kept] < options.minP())) {
        break;
      }
      cumulated += weights[kept++];
    }
    return kept;
  }

  /** One of the first weights at random, in proportion to them. */
  private int draw(int count, double sum) {
    double drawn = random.nextDouble() * sum;
    int last = 0; // that has a weight: what rounding leaves goes to it
    for (int i = 0; i < count; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return i;
      }
      last = weights[i] > 0 ? i : last;
    }
    return last;
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

package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendKernels;

/**
 * The K highest of many scores without sorting them: the K-th is found by halving the range of
 * scores, counting at each turn how many are at least as high, which takes a pass of whole vectors
 * and no branch that depends on a score. Ties go to the lowest page, NaN counts as lowest.
 * Long-lived; belongs to one worker.
 */
public final class TopK {

  private final AttendKernels kernels;
  private int[] candidates = new int[0];
  private float[] values = new float[0];

  /** Scratch that counts with the given kernels. */
  public TopK(AttendKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Adds to {@code out}, ascending, the {@code k} pages of {@code from .. to-1} with the highest
   * scores.
   *
   * @param scores of page p at {@code offset + p}
   */
  public void select(float[] scores, int offset, int from, int to, int k, PageList out) {
    int count = to - from;
    if (k >= count) {
      for (int page = from; page < to; page++) {
        out.add(page);
      }
      return;
    }
    if (k <= 0) {
      return;
    }
    if (candidates.length < count) {
      candidates = new int[2 * count];
      values = new float[2 * count];
    }
    for (int i = 0; i < count; i++) {
      float score = scores[offset + from + i];
      values[i] = Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
    }
    float last = greatestReachedBy(k, count);
    int found = kernels.atLeast(values, 0, 0, count, last, candidates);
    int ties = k;
    for (int i = 0; i < found; i++) {
      if (values[candidates[i]] > last) {
        ties--;
      }
    }
    for (int i = 0; i < found; i++) {
      if (values[candidates[i]] > last || ties-- > 0) {
        out.add(from + candidates[i]);
      }
    }
  }

  /** The greatest number that {@code k} of the values reach, which is the k-th of them. */
  private float greatestReachedBy(int k, int count) {
    int low = ordered(Float.NEGATIVE_INFINITY); // reached by all
    int high = ordered(Float.POSITIVE_INFINITY);
    while (low < high) {
      int middle = (int) (((long) low + high + 1) >> 1);
      if (kernels.countAtLeast(values, 0, count, number(middle)) >= k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return number(low);
  }

  /** Bits that are ordered as integers as the numbers are. */
  private static int ordered(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static float number(int ordered) {
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & Integer.MAX_VALUE));
  }
}

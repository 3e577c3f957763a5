package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendKernels;
import java.util.Arrays;

/**
 * The K highest of many scores without sorting them: a threshold guessed from a sample leaves a few
 * candidates, among which the K-th is found by partition. Exact whatever the guess; ties go to the
 * lowest page, NaN counts as lowest. Long-lived; belongs to one worker.
 */
public final class TopK {

  private static final int SAMPLE = 256;

  private final AttendKernels kernels;
  private final float[] sample = new float[SAMPLE];
  private int[] candidates = new int[0];
  private float[] values = new float[0];
  private float[] ordered = new float[0];

  /** Scratch that filters with the given kernels. */
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
      ordered = new float[2 * count];
    }
    int found = 0;
    if (count > 2 * SAMPLE) {
      float guess = guess(scores, offset + from, count, k);
      found = kernels.atLeast(scores, offset, from, to, guess, candidates);
    }
    if (found < k) {
      found = count;
      for (int i = 0; i < count; i++) {
        candidates[i] = from + i;
      }
    }
    for (int i = 0; i < found; i++) {
      float score = scores[offset + candidates[i]];
      values[i] = Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
    }
    System.arraycopy(values, 0, ordered, 0, found);
    float last = nthGreatest(ordered, found, k);
    int ties = k;
    for (int i = 0; i < found; i++) {
      if (values[i] > last) {
        ties--;
      }
    }
    for (int i = 0; i < found; i++) {
      if (values[i] > last || (values[i] == last && ties-- > 0)) {
        out.add(candidates[i]);
      }
    }
  }

  /** A score that about twice as many pages as wanted reach. */
  private float guess(float[] scores, int first, int count, int n) {
    for (int i = 0; i < SAMPLE; i++) {
      float score = scores[first + (int) ((long) i * count / SAMPLE)];
      sample[i] = Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
    }
    int rank = (int) (2L * n * SAMPLE / count) + 4;
    return rank > SAMPLE ? Float.NEGATIVE_INFINITY : nthGreatest(sample, SAMPLE, rank);
  }

  /** The n-th greatest of the first {@code count} numbers, which are reordered. */
  private static float nthGreatest(float[] x, int count, int n) {
    int low = 0;
    int high = count - 1;
    int wanted = n - 1;
    int rounds = 4 * (32 - Integer.numberOfLeadingZeros(count));
    while (low < high) {
      if (rounds-- == 0) { // it makes no headway
        Arrays.sort(x, low, high + 1);
        return x[low + high - wanted];
      }
      float pivot = middle(x[low], x[(low + high) >>> 1], x[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (x[i] > pivot) {
          i++;
        }
        while (x[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float swap = x[i];
          x[i++] = x[j];
          x[j--] = swap;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return x[wanted];
      }
    }
    return x[wanted];
  }

  private static float middle(float a, float b, float c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}

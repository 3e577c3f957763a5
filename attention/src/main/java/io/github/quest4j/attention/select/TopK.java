package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendKernels;
import java.util.Arrays;

/**
 * The K highest of many scores without sorting them. A few scores, taken at equal distances, tell a
 * number that somewhat more than K reach; among these the K-th is found by halving the range of
 * scores, counting at each turn how many are at least as high. Both take passes of whole vectors
 * and no branch that depends on a score. Ties go to the lowest page, NaN counts as lowest.
 * Long-lived; belongs to one worker.
 */
public final class TopK {

  private static final int SAMPLE = 64;

  /** Scores from which on a sample is worth its sorting. */
  private static final int SAMPLE_FROM = 16 * SAMPLE;

  private final AttendKernels kernels;
  private final float[] sample = new float[SAMPLE];
  private int[] candidates = new int[0]; // pages
  private float[] values = new float[0]; // their scores

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
    float least = likelyReachedBy(k, scores, offset + from, count);
    int found = 0;
    if (least > Float.NEGATIVE_INFINITY) {
      found = kernels.atLeast(scores, offset, from, to, least, candidates);
      for (int i = 0; i < found; i++) {
        values[i] = scores[offset + candidates[i]];
      }
    }
    if (found < k) { // few scores, an unlucky sample, or NaN
      least = Float.NEGATIVE_INFINITY;
      found = count;
      takeAll(scores, offset, from, count);
    }
    float last = reachedBy(k, found, least);
    int ties = k;
    for (int i = 0; i < found; i++) {
      if (values[i] > last) {
        ties--;
      }
    }
    for (int i = 0; i < found; i++) {
      if (values[i] > last || values[i] == last && ties-- > 0) {
        out.add(candidates[i]);
      }
    }
  }

  private void takeAll(float[] scores, int offset, int from, int count) {
    System.arraycopy(scores, offset + from, values, 0, count);
    boolean numbers = kernels.countAtLeast(values, 0, count, Float.NEGATIVE_INFINITY) == count;
    for (int i = 0; i < count; i++) {
      candidates[i] = from + i;
    }
    for (int i = 0; !numbers && i < count; i++) {
      if (Float.isNaN(values[i])) {
        values[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** A number that most likely {@code k} scores reach and not many more. */
  private float likelyReachedBy(int k, float[] scores, int from, int count) {
    int rank = (int) (2L * k * SAMPLE / count) + 4; // from above, within the sample
    if (count < SAMPLE_FROM || rank > SAMPLE) {
      return Float.NEGATIVE_INFINITY;
    }
    int step = count / SAMPLE;
    for (int i = 0; i < SAMPLE; i++) {
      sample[i] = scores[from + i * step];
    }
    Arrays.sort(sample); // NaN last
    return sample[SAMPLE - rank];
  }

  /** A number that {@code k} of the values reach, or more where the k-th and others are equal. */
  private float reachedBy(int k, int count, float least) {
    int low = ordered(least); // reached by k at least
    int high = ordered(Float.POSITIVE_INFINITY);
    while (low < high) {
      int middle = (int) (((long) low + high + 1) >> 1);
      int reached = kernels.countAtLeast(values, 0, count, number(middle));
      if (reached < k) {
        high = middle - 1;
        continue;
      }
      low = middle;
      if (reached == k) {
        break;
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

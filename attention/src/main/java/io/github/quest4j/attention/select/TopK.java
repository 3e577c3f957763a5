package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * The K highest of many scores without sorting them all; ties go to the lowest page, NaN counts as
 * lowest. Long-lived; belongs to one worker.
 */
public final class TopK {

  private int[] keys = new int[64];

  /**
   * Adds to {@code out}, ascending, the {@code k} pages of {@code from .. to-1} with the highest
   * {@code scores[offset + page]}.
   */
  public void select(float[] scores, int offset, int from, int to, int k, PageList out) {
    int n = to - from;
    if (k >= n) {
      for (int page = from; page < to; page++) {
        out.add(page);
      }
      return;
    }
    if (k <= 0) {
      return;
    }
    if (keys.length < n) {
      keys = new int[Math.max(n, 2 * keys.length)];
    }
    for (int i = 0; i < n; i++) {
      keys[i] = key(scores[offset + from + i]);
    }
    int threshold = kthHighest(n, k);
    int above = 0;
    for (int i = 0; i < n; i++) {
      above += key(scores[offset + from + i]) > threshold ? 1 : 0;
    }
    int ties = k - above;
    for (int page = from; page < to; page++) {
      int key = key(scores[offset + page]);
      if (key > threshold) {
        out.add(page);
      } else if (key == threshold && ties > 0) {
        out.add(page);
        ties--;
      }
    }
  }

  /** Orders as the floats do, -0 as 0. */
  private static int key(float score) {
    if (Float.isNaN(score)) {
      return Integer.MIN_VALUE;
    }
    int bits = Float.floatToRawIntBits(score + 0f);
    return bits ^ (bits >> 31 & 0x7fffffff);
  }

  /** Quickselect with the median of three; falls back to sorting where it makes no headway. */
  private int kthHighest(int n, int k) {
    int target = n - k; // index in ascending order
    int low = 0;
    int high = n - 1;
    int rounds = 4 * (32 - Integer.numberOfLeadingZeros(n));
    while (low < high) {
      if (rounds-- == 0) {
        Arrays.sort(keys, low, high + 1);
        break;
      }
      int pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          int t = keys[i];
          keys[i++] = keys[j];
          keys[j--] = t;
        }
      }
      if (target <= j) {
        high = j;
      } else if (target >= i) {
        low = i;
      } else {
        break;
      }
    }
    return keys[target];
  }

  private static int median(int a, int b, int c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}

package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendKernels;
import java.util.Arrays;

/**
 * A budget of attention in place of one of tokens: of the pages that were chosen, those with the
 * smallest estimated shares are left out as long as all that is not read stays below a target. The
 * order of top-p selection (Twilight, arXiv 2502.02770), with masses that are right in the mean and
 * the current page's known exactly. Long-lived; belongs to one worker.
 */
public final class MassBudget {

  private final AttendKernels kernels;
  private float[] shares = new float[0]; // [heads, pages - 1]
  private long[] order = new long[0]; // a share's bits and the place in the list
  private int[] kept = new int[0];

  /** Scratch that sums with the given kernels. */
  public MassBudget(AttendKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Takes pages out of a list.
   *
   * @param list of pages ascending, the current one last
   * @param pages of the sequence, the current one included
   * @param masses log masses of the pages before it, head h's from {@code offset + h * stride} on
   * @param current log mass of the current page, {@code [heads]} at {@code currentOffset}
   * @param target share of the attention that may be missed, mean over heads
   * @param sinks first pages that stay
   * @param recent pages before the current one that stay
   */
  public void trim(
      PageList list,
      int pages,
      float[] masses,
      int offset,
      int stride,
      int heads,
      float[] current,
      int currentOffset,
      double target,
      int sinks,
      int recent) {
    int n = pages - 1;
    makeRoom(heads * n, list.count());
    double missed = 1 - shares(masses, offset, stride, heads, n, current, currentOffset);
    int candidates = 0;
    for (int i = 0; i < list.count() - 1; i++) {
      int page = list.get(i);
      missed -= shares[page];
      if (page >= sinks && page < n - recent) {
        order[candidates++] = (long) Float.floatToRawIntBits(shares[page]) << Integer.SIZE | i;
      }
    }
    Arrays.sort(order, 0, candidates); // of positive numbers, so by share
    int out = 0;
    while (out < candidates) {
      float share = Float.intBitsToFloat((int) (order[out] >>> Integer.SIZE));
      if (!(missed + share <= target)) {
        break;
      }
      missed += share;
      out++;
    }
    if (out > 0) {
      remove(list, out);
    }
  }

  private void makeRoom(int numbers, int listed) {
    if (shares.length < numbers) {
      shares = new float[2 * numbers];
    }
    if (order.length < listed) {
      order = new long[2 * listed];
      kept = new int[2 * listed];
    }
  }

  /** Fills the first row of shares with the mean over heads; gives the current page's. */
  private double shares(
      float[] masses,
      int offset,
      int stride,
      int heads,
      int n,
      float[] current,
      int currentOffset) {
    double ofCurrent = 0;
    for (int h = 0; h < heads; h++) {
      int row = h * n;
      System.arraycopy(masses, offset + h * stride, shares, row, n);
      float most = Math.max(current[currentOffset + h], kernels.max(shares, row, n));
      double own = Math.exp(current[currentOffset + h] - most);
      double sum = own + kernels.expInPlace(shares, row, n, most);
      float factor = (float) (1 / (sum * heads));
      ofCurrent += own / (sum * heads);
      if (h == 0) {
        for (int i = 0; i < n; i++) {
          shares[i] *= factor;
        }
      } else {
        kernels.addScaled(factor, shares, row, shares, 0, n);
      }
    }
    return ofCurrent;
  }

  private void remove(PageList list, int out) {
    for (int i = 0; i < out; i++) {
      order[i] &= 0xffff_ffffL;
    }
    Arrays.sort(order, 0, out); // by place
    int count = 0;
    int next = 0;
    for (int i = 0; i < list.count(); i++) {
      if (next < out && order[next] == i) {
        next++;
      } else {
        kept[count++] = list.get(i);
      }
    }
    list.clear();
    for (int i = 0; i < count; i++) {
      list.add(kept[i]);
    }
  }
}

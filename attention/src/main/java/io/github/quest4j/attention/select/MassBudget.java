package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendKernels;
import java.util.Arrays;

/**
 * A budget of attention in place of one of tokens: of the pages that were chosen, those with the
 * smallest estimated shares are left out as long as all that is not read stays below a target. The
 * order of top-p selection (Twilight, arXiv 2502.02770).
 *
 * <p>A page is chosen for a high estimate, and so its estimate is more often too high than too low.
 * What is read therefore counts with its score, the cautious estimate, and what is not read with
 * its mass, the one that is right in the mean; the current page counts with its exact mass.
 * Long-lived; belongs to one worker.
 */
public final class MassBudget {

  private final AttendKernels kernels;
  private float[] masses = new float[0]; // [heads, pages - 1], relative to the greatest of a head
  private float[] scores = new float[0]; // likewise
  private double[] read = new double[0]; // [heads]
  private double[] unread = new double[0]; // [heads]
  private long[] order = new long[0]; // a share's bits and the place in the list
  private int[] kept = new int[0];

  /** Scratch that sums with the given kernels. */
  public MassBudget(AttendKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Takes the estimates of the pages before the current one.
   *
   * @param pages of the sequence, the current one included
   * @param logScores cautious log masses, head h's from {@code offset + h * stride} on
   * @param logMasses log masses that are right in the mean, likewise
   * @param current log mass of the current page, {@code [heads]}
   */
  public void take(
      int pages,
      float[] logScores,
      float[] logMasses,
      int offset,
      int stride,
      int heads,
      float[] current) {
    int n = pages - 1;
    if (masses.length < heads * n) {
      masses = new float[2 * heads * n];
      scores = new float[2 * heads * n];
    }
    if (read.length < heads) {
      read = new double[heads];
      unread = new double[heads];
    }
    for (int h = 0; h < heads; h++) {
      int row = h * n;
      System.arraycopy(logMasses, offset + h * stride, masses, row, n);
      System.arraycopy(logScores, offset + h * stride, scores, row, n);
      float most = Math.max(current[h], kernels.max(masses, row, n));
      most = Math.max(most, kernels.max(scores, row, n));
      kernels.expInPlace(masses, row, n, most);
      kernels.expInPlace(scores, row, n, most);
      read[h] = Math.exp(current[h] - most);
    }
  }

  /**
   * Takes pages out of a list of the heads {@code first .. first + heads - 1}.
   *
   * @param list of pages ascending, the current one last
   * @param pages as given to {@link #take}
   * @param target share of the attention that may be missed, mean over heads
   * @param sinks first pages that stay
   * @param recent pages before the current one that stay
   */
  public void trim(
      PageList list, int pages, int first, int heads, double target, int sinks, int recent) {
    int n = pages - 1;
    int listed = list.count() - 1;
    if (order.length < listed) {
      order = new long[2 * listed];
      kept = new int[2 * listed + 1];
    }
    for (int h = first; h < first + heads; h++) {
      double sum = 0;
      for (int page = 0; page < n; page++) {
        sum += masses[h * n + page];
      }
      for (int i = 0; i < listed; i++) {
        int at = h * n + list.get(i);
        sum -= masses[at];
        read[h] += scores[at];
      }
      unread[h] = Math.max(0, sum);
    }
    int candidates = 0;
    for (int i = 0; i < listed; i++) {
      int page = list.get(i);
      if (page >= sinks && page < n - recent) {
        float share = 0;
        for (int h = first; h < first + heads; h++) {
          share += (float) (masses[h * n + page] / (read[h] + unread[h]));
        }
        order[candidates++] = (long) Float.floatToRawIntBits(share) << Integer.SIZE | i;
      }
    }
    Arrays.sort(order, 0, candidates); // of positive numbers, so by share
    int out = 0;
    while (out < candidates
        && missedWithout(list.get((int) order[out]), n, first, heads) <= target) {
      out++;
    }
    if (out > 0) {
      remove(list, out);
    }
  }

  /** Moves a page to what is not read; the share of that then, mean over heads. */
  private double missedWithout(int page, int n, int first, int heads) {
    double missed = 0;
    for (int h = first; h < first + heads; h++) {
      read[h] -= scores[h * n + page];
      unread[h] += masses[h * n + page];
      missed += unread[h] / (unread[h] + Math.max(read[h], Double.MIN_NORMAL));
    }
    return missed / heads;
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

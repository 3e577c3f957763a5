package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * The attention that tokens of one sequence were given, per layer and KV head and summed over the
 * query heads of a KV head: by all rows together, and by each of the last ones. What the policies
 * that evict by attention go by. Copies share what neither has written since.
 *
 * <p>Different KV heads may be written by several threads, and different tokens of one KV head.
 */
public final class Observations {

  /** Of one layer and KV head. */
  private static final class Head {
    float[] sums = new float[0]; // [tokens]
    int summed; // tokens that have a sum; the others' are zero
    boolean ownSums = true;
    float[] before = new float[0]; // the sums before the last piece or step
    int beforeSummed;
    int beforePosition = -1; // of the first row since
    boolean ownBefore = true;
    final float[][] rows; // [last rows][tokens], the row of position p at p % rows
    final int[] positions; // [last rows] of the query; -1 for none
    final boolean[] ownRows;

    Head(int lastRows) {
      rows = new float[lastRows][0];
      positions = new int[lastRows];
      ownRows = new boolean[lastRows];
      Arrays.fill(positions, -1);
    }
  }

  // Rows grow by more than they must, since a prompt comes in pieces.
  private static final int SPARE = 512;

  private final int kvHeads;
  private final boolean sums;
  private final int lastRows;
  private final Head[] heads; // [layers, kvHeads]

  Observations(int layers, int kvHeads, boolean sums, int lastRows) {
    this.kvHeads = kvHeads;
    this.sums = sums;
    this.lastRows = lastRows;
    heads = new Head[layers * kvHeads];
    Arrays.setAll(heads, i -> new Head(lastRows));
  }

  /** Makes room for the rows at {@code position .. position + rows - 1}, which come next. */
  void expect(int layer, int position, int rows) {
    for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
      Head head = head(layer, kvHead);
      if (sums) {
        turn(head, position, position + rows);
      }
      for (int p = Math.max(position, position + rows - lastRows); p < position + rows; p++) {
        int slot = p % lastRows;
        if (!head.ownRows[slot] || head.rows[slot].length <= p) {
          head.rows[slot] = new float[p + 1 + SPARE];
          head.ownRows[slot] = true;
        } else {
          Arrays.fill(head.rows[slot], 0, p + 1, 0f);
        }
        head.positions[slot] = p;
      }
    }
  }

  /** Keeps the sums that there are and goes on with a copy. */
  private static void turn(Head head, int position, int tokens) {
    float[] next =
        head.ownBefore && head.before.length >= tokens
            ? head.before
            : new float[Math.max(tokens, Math.min(2 * head.sums.length, tokens + SPARE))];
    int kept = Math.min(head.summed, position);
    System.arraycopy(head.sums, 0, next, 0, kept);
    Arrays.fill(next, kept, tokens, 0f);
    head.before = head.sums;
    head.beforeSummed = head.summed;
    head.beforePosition = position;
    head.ownBefore = head.ownSums;
    head.sums = next;
    head.summed = tokens;
    head.ownSums = true;
  }

  /** Adds what the row at {@code position} gave to the tokens {@code token .. token+count-1}. */
  void add(int layer, int kvHead, int position, int token, int count, float[] weights, int offset) {
    Head head = head(layer, kvHead);
    if (sums) {
      float[] into = head.sums;
      for (int i = 0; i < count; i++) {
        into[token + i] += weights[offset + i];
      }
    }
    if (lastRows > 0 && head.positions[position % lastRows] == position) {
      System.arraycopy(weights, offset, head.rows[position % lastRows], token, count);
    }
  }

  /** What all rows gave to each of the first {@code tokens} tokens; not to be written. */
  float[] sums(int layer, int kvHead, int tokens) {
    Head head = head(layer, kvHead);
    return head.summed >= tokens
        ? head.sums
        : Arrays.copyOf(Arrays.copyOf(head.sums, head.summed), tokens);
  }

  /** Adds the weights of the row at that position, where it is known, to those of its tokens. */
  void addRow(int layer, int kvHead, int position, float[] into) {
    Head head = head(layer, kvHead);
    int slot = position % lastRows;
    if (head.positions[slot] == position) {
      float[] row = head.rows[slot];
      for (int i = 0; i <= position && i < into.length; i++) {
        into[i] += row[i];
      }
    }
  }

  /** Forgets the rows of a KV head. */
  void dropRows(int layer, int kvHead) {
    Head head = head(layer, kvHead);
    Arrays.fill(head.positions, -1);
    Arrays.fill(head.ownRows, false);
    Arrays.fill(head.rows, new float[0]);
  }

  /**
   * Drops the tokens and rows from {@code length} on. What those rows gave to earlier tokens is
   * taken back where they are the last piece or step, and stays otherwise.
   */
  void truncate(int length) {
    for (Head head : heads) {
      if (head.beforePosition >= length) {
        head.sums = head.before;
        head.summed = head.beforeSummed;
        head.ownSums = head.ownBefore;
        head.before = new float[0];
        head.beforePosition = -1;
        head.ownBefore = true;
      }
      head.summed = Math.min(head.summed, length);
      for (int slot = 0; slot < lastRows; slot++) {
        if (head.positions[slot] >= length) {
          head.positions[slot] = -1;
        }
      }
    }
  }

  /** Whether a copy with those contents can be made of it. */
  boolean has(boolean wantSums, int wantRows) {
    return (sums || !wantSums) && lastRows >= wantRows;
  }

  /** A copy, of the sums if wanted and of that many last rows. */
  Observations fork(boolean wantSums, int wantRows) {
    Observations copy = new Observations(heads.length / kvHeads, kvHeads, wantSums, wantRows);
    for (int i = 0; i < heads.length; i++) {
      if (wantSums) {
        shareSums(heads[i], copy.heads[i]);
      }
      shareRows(heads[i], copy.heads[i]);
    }
    return copy;
  }

  private static void shareSums(Head head, Head copy) {
    head.ownSums = false;
    head.ownBefore = false;
    copy.sums = head.sums;
    copy.summed = head.summed;
    copy.ownSums = false;
    copy.before = head.before;
    copy.beforeSummed = head.beforeSummed;
    copy.beforePosition = head.beforePosition;
    copy.ownBefore = false;
  }

  private static void shareRows(Head head, Head copy) {
    int last = -1;
    for (int position : head.positions) {
      last = Math.max(last, position);
    }
    for (int slot = 0; slot < head.positions.length; slot++) {
      int position = head.positions[slot];
      if (position >= 0 && position > last - copy.rows.length) {
        int to = position % copy.rows.length;
        copy.rows[to] = head.rows[slot];
        copy.positions[to] = position;
        head.ownRows[slot] = false;
      }
    }
  }

  private Head head(int layer, int kvHead) {
    return heads[layer * kvHeads + kvHead];
  }
}

package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * Logical pages that a step reads, ascending. A policy that drops single tokens adds a page with
 * the bits of those it keeps. Long-lived and refilled.
 */
public final class PageList {

  private int[] pages = new int[64];
  private long[] keep = new long[0]; // [pages, 2], filled in a masked list only
  private int count;
  private boolean masked;

  /** Empties the list. */
  public void clear() {
    count = 0;
    masked = false;
  }

  /** Adds a page behind those there are. */
  public void add(int page) {
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, 2 * count);
    }
    pages[count++] = page;
    if (masked) {
      mask(-1L, -1L);
    }
  }

  /**
   * Adds a page of which only some tokens are read.
   *
   * @param low bit t: whether token t of the page is read
   * @param high the same of token 64 + t
   */
  public void add(int page, long low, long high) {
    add(page);
    if (!masked) {
      masked = true;
      for (int i = 0; i < count; i++) {
        mask(i, -1L, -1L);
      }
    }
    mask(low, high);
  }

  private void mask(long low, long high) {
    mask(count - 1, low, high);
  }

  private void mask(int i, long low, long high) {
    if (keep.length < 2 * pages.length) {
      keep = Arrays.copyOf(keep, 2 * pages.length);
    }
    keep[2 * i] = low;
    keep[2 * i + 1] = high;
  }

  /** Whether some page was added with the bits of its tokens. */
  public boolean masked() {
    return masked;
  }

  /** Which of the first 64 tokens of the i-th page are read. */
  public long low(int i) {
    return masked ? keep[2 * i] : -1L;
  }

  /** Which of the tokens from the 64th on of the i-th page are read. */
  public long high(int i) {
    return masked ? keep[2 * i + 1] : -1L;
  }

  /** Pages in the list. */
  public int count() {
    return count;
  }

  /** The i-th page. */
  public int get(int i) {
    return pages[i];
  }

  /**
   * Tokens in the list.
   *
   * @param extent tokens of the sequence; the last page may end with it
   */
  public long tokens(int pageSize, int extent) {
    long tokens = 0;
    for (int i = 0; i < count; i++) {
      int there = Math.min(pageSize, extent - pages[i] * pageSize);
      if (masked) {
        long low = there < 64 ? (1L << there) - 1 : -1L;
        long high = there <= 64 ? 0 : there < 128 ? (1L << there - 64) - 1 : -1L;
        tokens += Long.bitCount(keep[2 * i] & low) + Long.bitCount(keep[2 * i + 1] & high);
      } else {
        tokens += there;
      }
    }
    return tokens;
  }

  /** A copy of the list. */
  public int[] toArray() {
    return Arrays.copyOf(pages, count);
  }
}

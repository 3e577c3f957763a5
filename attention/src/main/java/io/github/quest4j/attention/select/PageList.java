package io.github.quest4j.attention.select;

import java.util.Arrays;

/** Logical pages that a step reads, ascending. Long-lived and refilled. */
public final class PageList {

  private int[] pages = new int[64];
  private int count;

  /** Empties the list. */
  public void clear() {
    count = 0;
  }

  /** Adds a page behind those there are. */
  public void add(int page) {
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, 2 * count);
    }
    pages[count++] = page;
  }

  /** Pages in the list. */
  public int count() {
    return count;
  }

  /** The i-th page. */
  public int get(int i) {
    return pages[i];
  }

  /** A copy of the list. */
  public int[] toArray() {
    return Arrays.copyOf(pages, count);
  }
}

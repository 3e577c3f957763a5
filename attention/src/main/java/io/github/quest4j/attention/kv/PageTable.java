package io.github.quest4j.attention.kv;

import java.util.Arrays;

/** The pages of one sequence in one group: physical page by logical page. */
final class PageTable {

  int[] pages = new int[16]; // [logical page]; entries before first are stale
  int first; // first logical page kept
  int count; // logical pages, those before first included

  PageTable() {}

  PageTable(PageTable other) {
    pages = other.pages.clone();
    first = other.first;
    count = other.count;
  }

  void ensure(int wanted) {
    if (wanted > pages.length) {
      pages = Arrays.copyOf(pages, Math.max(wanted, pages.length + (pages.length >> 1)));
    }
  }
}

package io.github.quest4j.attention.kv;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which pages of one group are leased, and how often. Hands out consecutive ids where it can, so
 * that a sequence's digests stream.
 */
final class PageRuns {

  /** A sequence that starts a new run gets this much room to grow, while there is any. */
  private static final int ROOM = 16;

  private final BitSet leased = new BitSet();
  private int[] references = new int[0];
  private int capacity;
  private int inUse;

  int capacity() {
    return capacity;
  }

  int inUse() {
    return inUse;
  }

  int free() {
    return capacity - inUse;
  }

  void grow(int pages) {
    capacity = Math.addExact(capacity, pages);
    references = Arrays.copyOf(references, capacity);
  }

  /**
   * Leases one free page, {@code after + 1} if that is free.
   *
   * @param after the sequence's page before it, -1 where there is none
   */
  int lease(int after) {
    int page = after + 1;
    if (after < 0 || page >= capacity || leased.get(page)) {
      page = startOfRun();
    }
    leased.set(page);
    references[page] = 1;
    inUse++;
    return page;
  }

  private int startOfRun() {
    int longest = -1;
    int longestLength = 0;
    int page = leased.nextClearBit(0);
    while (page < capacity) {
      int next = leased.nextSetBit(page);
      int end = next < 0 ? capacity : Math.min(next, capacity);
      int aligned = (page + ROOM - 1) / ROOM * ROOM;
      if (aligned + ROOM <= end) {
        return aligned;
      }
      if (end - page > longestLength) {
        longest = page;
        longestLength = end - page;
      }
      page = leased.nextClearBit(end);
    }
    if (longest < 0) {
      throw new IllegalStateException("no free page");
    }
    return longest;
  }

  void retain(int page) {
    requireLeased(page);
    references[page] = Math.addExact(references[page], 1);
  }

  void release(int page) {
    requireLeased(page);
    if (--references[page] == 0) {
      leased.clear(page);
      inUse--;
    }
  }

  int references(int page) {
    return page < 0 || page >= capacity ? 0 : references[page];
  }

  private void requireLeased(int page) {
    if (references(page) == 0) {
      throw new IllegalStateException("page is not leased: " + page);
    }
  }
}

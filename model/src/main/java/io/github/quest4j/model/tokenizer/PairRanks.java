package io.github.quest4j.model.tokenizer;

/** From a pair of symbols to the rank of their merge: open addressing over primitive keys. */
final class PairRanks {
  static final int NONE = -1;

  private final long[] keys;
  private final int[] ranks; // rank + 1, 0 for free

  PairRanks(int capacity) {
    int slots = Math.max(16, Integer.highestOneBit(Math.max(1, capacity)) << 2);
    keys = new long[slots];
    ranks = new int[slots];
  }

  /** Sets the rank of a pair unless it has one already: the first merge of a pair counts. */
  void putIfAbsent(int left, int right, int rank) {
    int slot = slot(key(left, right));
    if (ranks[slot] == 0) {
      keys[slot] = key(left, right);
      ranks[slot] = rank + 1;
    }
  }

  /** The rank of a pair, or {@link #NONE}. */
  int get(int left, int right) {
    return ranks[slot(key(left, right))] - 1;
  }

  private int slot(long key) {
    long h = key * 0x9e3779b97f4a7c15L;
    int mask = keys.length - 1;
    int slot = (int) (h ^ (h >>> 32)) & mask;
    while (ranks[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }
}

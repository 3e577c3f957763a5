package io.github.quest4j.model.tokenizer;

/**
 * The words that one call has met, each with the place in the call's result where its tokens lie,
 * so that a known word costs a hash and a copy and no objects. It stops growing at a limit.
 */
final class WordCache {
  /** Longer words seldom come back. */
  private static final int LONGEST_WORD = 64;

  private static final int SLOTS = 1 << 15;
  private static final int LIMIT = SLOTS / 2;

  private final char[] text;
  private final TokenList output;
  private int[] entries = new int[256 * 4]; // [slots, (text start, length, output start, count)]
  private int size;

  WordCache(char[] text, TokenList output) {
    this.text = text;
    this.output = output;
  }

  /** If the word {@code text[from, to)} is known appends its tokens and returns true. */
  boolean replay(int from, int to) {
    int length = to - from;
    if (length > LONGEST_WORD) {
      return false;
    }
    int e = entry(entries, from, to);
    if (entries[e + 1] == 0) {
      return false;
    }
    output.addAgain(entries[e + 2], entries[e + 3]);
    return true;
  }

  /** Remembers that the output from {@code outputStart} on is what {@code text[from, to)} gives. */
  void remember(int from, int to, int outputStart) {
    if (to - from > LONGEST_WORD || size >= LIMIT) {
      return;
    }
    if (size * 8 >= entries.length) {
      grow();
    }
    put(entries, from, to - from, outputStart, output.size() - outputStart);
    size++;
  }

  private void grow() {
    int[] larger = new int[entries.length * 4];
    for (int e = 0; e < entries.length; e += 4) {
      if (entries[e + 1] != 0) {
        put(larger, entries[e], entries[e + 1], entries[e + 2], entries[e + 3]);
      }
    }
    entries = larger;
  }

  private void put(int[] table, int from, int length, int outputStart, int count) {
    int e = entry(table, from, from + length);
    table[e] = from;
    table[e + 1] = length;
    table[e + 2] = outputStart;
    table[e + 3] = count;
  }

  /** Where the word is or would be put. */
  private int entry(int[] table, int from, int to) {
    int h = 0;
    for (int i = from; i < to; i++) {
      h = (h + text[i]) * 0x9e3779b1;
    }
    int mask = table.length / 4 - 1;
    int slot = (h ^ (h >>> 15)) & mask;
    while (table[slot * 4 + 1] != 0 && !same(table[slot * 4], table[slot * 4 + 1], from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot * 4;
  }

  private boolean same(int start, int length, int from, int to) {
    if (length != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text[start++] != text[i]) {
        return false;
      }
    }
    return true;
  }
}

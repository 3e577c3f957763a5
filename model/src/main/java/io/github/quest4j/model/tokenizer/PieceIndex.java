package io.github.quest4j.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * From a piece's UTF-8 bytes to its id. All bytes lie in one array, so that 262,144 pieces cost
 * neither objects nor boxed ids, and a lookup takes any range of bytes without making a string.
 */
final class PieceIndex {
  static final int NONE = -1;

  private byte[] bytes;
  private int[] ends; // [pieces]
  private int size;
  private int[] table; // [power of two], id + 1, 0 for free
  private int longest;

  /** Indexes the pieces; of equal pieces the last one is found. */
  PieceIndex(List<String> pieces) {
    int n = pieces.size();
    bytes = new byte[Math.max(16, (int) Math.min(8L * n, 1 << 28))];
    ends = new int[n];
    table = new int[tableSize(n)];
    for (int id = 0; id < n; id++) {
      String piece = pieces.get(id);
      // An empty piece can never be found in a text; llama.cpp names it so, and so do we.
      byte[] utf8 =
          (piece.isEmpty() ? "[EMPTY_" + id + "]" : piece).getBytes(StandardCharsets.UTF_8);
      append(utf8, 0, utf8.length);
      insert(id);
    }
  }

  private static int tableSize(int n) {
    return Math.max(16, Integer.highestOneBit(n) << 2);
  }

  /** Number of pieces, those added later included. */
  int size() {
    return size;
  }

  /** Length of the longest piece in bytes. */
  int longest() {
    return longest;
  }

  byte[] piece(int id) {
    return Arrays.copyOfRange(bytes, start(id), ends[id]);
  }

  /** Whether the piece has these bytes at {@code from} or later. */
  boolean contains(int id, byte[] part, int from) {
    for (int at = start(id) + from; at <= ends[id] - part.length; at++) {
      if (bytes[at] == part[0]
          && Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  void copy(int id, byte[] target, int at) {
    System.arraycopy(bytes, start(id), target, at, length(id));
  }

  int length(int id) {
    return ends[id] - start(id);
  }

  private int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  /** The id of the piece that is {@code text[from, to)}, or {@link #NONE}. */
  int find(byte[] text, int from, int to) {
    if (to - from > longest) {
      return NONE;
    }
    return table[slot(text, from, to)] - 1;
  }

  int find(byte[] text) {
    return find(text, 0, text.length);
  }

  int find(String text) {
    return find(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The id of a piece, which is added if it is new. */
  int findOrAdd(byte[] text) {
    int id = find(text);
    if (id >= 0) {
      return id;
    }
    append(text, 0, text.length);
    if (size * 2L > table.length) {
      table = new int[tableSize(size)];
      for (int i = 0; i < size; i++) {
        insert(i);
      }
    } else {
      insert(size - 1);
    }
    return size - 1;
  }

  private void append(byte[] text, int from, int to) {
    int end = size == 0 ? 0 : ends[size - 1];
    long needed = (long) end + (to - from);
    if (needed > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("the vocabulary's texts are longer than 2 GiB together");
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, needed * 3 / 2));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(16, size * 3 / 2));
    }
    System.arraycopy(text, from, bytes, end, to - from);
    ends[size++] = end + to - from;
    longest = Math.max(longest, to - from);
  }

  private void insert(int id) {
    table[slot(bytes, start(id), ends[id])] = id + 1;
  }

  /** Where the table has {@code text[from, to)}, or the free place where it belongs. */
  private int slot(byte[] text, int from, int to) {
    int mask = table.length - 1;
    int slot = hash(text, from, to) & mask;
    while (table[slot] != 0) {
      int id = table[slot] - 1;
      if (Arrays.equals(bytes, start(id), ends[id], text, from, to)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int hash(byte[] text, int from, int to) {
    int h = 0;
    for (int i = from; i < to; i++) {
      h = h * 0x01000193 + text[i];
    }
    // The multiplier keeps neighbours near each other; spread them over the low bits.
    h *= 0x9e3779b9;
    return h ^ (h >>> 15);
  }
}

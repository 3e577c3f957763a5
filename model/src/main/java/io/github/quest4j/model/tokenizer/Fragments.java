package io.github.quest4j.model.tokenizer;

import java.util.Arrays;

/** A text cut into special tokens and the stretches between them, in order. */
final class Fragments {
  static final int TEXT = -1;

  private int[] parts; // [size, (from, to, token or TEXT)]
  private int size;

  Fragments(int capacity) {
    parts = new int[Math.max(4, capacity) * 3];
  }

  static Fragments whole(int length) {
    Fragments whole = new Fragments(1);
    whole.addText(0, length);
    return whole;
  }

  int size() {
    return size;
  }

  int from(int i) {
    return parts[i * 3];
  }

  int to(int i) {
    return parts[i * 3 + 1];
  }

  /** The token, or {@link #TEXT}. */
  int token(int i) {
    return parts[i * 3 + 2];
  }

  /** Adds a stretch of text unless it is empty. */
  void addText(int from, int to) {
    if (from < to) {
      add(from, to, TEXT);
    }
  }

  void add(int from, int to, int token) {
    if (size * 3 == parts.length) {
      parts = Arrays.copyOf(parts, (int) Math.min(Integer.MAX_VALUE - 8, parts.length * 2L));
    }
    parts[size * 3] = from;
    parts[size * 3 + 1] = to;
    parts[size * 3 + 2] = token;
    size++;
  }
}

package io.github.quest4j.model.tokenizer;

import java.util.Arrays;

/** A growing list of token ids. */
final class TokenList {
  private int[] tokens;
  private int size;

  TokenList(int capacity) {
    tokens = new int[Math.max(16, capacity)];
  }

  int size() {
    return size;
  }

  void add(int token) {
    reserve(1);
    tokens[size++] = token;
  }

  /** Appends tokens that are in the list already. */
  void addAgain(int from, int count) {
    reserve(count);
    System.arraycopy(tokens, from, tokens, size, count);
    size += count;
  }

  private void reserve(int more) {
    if (size + (long) more > tokens.length) {
      long capacity = Math.max(size + (long) more, size * 2L);
      tokens = Arrays.copyOf(tokens, (int) Math.min(Integer.MAX_VALUE - 8, capacity));
    }
  }

  int[] toArray() {
    return Arrays.copyOf(tokens, size);
  }
}

package io.github.quest4j.engine.constrain;

import java.util.Arrays;

/** A set of tokens, a bit each. */
final class TokenSet {

  private final long[] words;

  TokenSet(int tokens) {
    words = new long[(tokens + 63) / 64];
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  void add(int token) {
    words[token >> 6] |= 1L << token;
  }

  void addAll(TokenSet other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
  }

  void addAll(int[] tokens) {
    for (int token : tokens) {
      add(token);
    }
  }

  boolean contains(int token) {
    return (words[token >> 6] & 1L << token) != 0;
  }

  int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  int[] toArray() {
    int[] tokens = new int[size()];
    int n = 0;
    for (int i = 0; i < words.length; i++) {
      for (long rest = words[i]; rest != 0; rest &= rest - 1) {
        tokens[n++] = i * 64 + Long.numberOfTrailingZeros(rest);
      }
    }
    return tokens;
  }

  /** Sets the logits of all tokens that are not in the set to negative infinity. */
  void mask(float[] logits) {
    int whole = Math.min(words.length, logits.length / 64);
    for (int i = 0; i < whole; i++) {
      if (words[i] == 0) {
        Arrays.fill(logits, i * 64, i * 64 + 64, Float.NEGATIVE_INFINITY);
        continue;
      }
      for (long rest = ~words[i]; rest != 0; rest &= rest - 1) {
        logits[i * 64 + Long.numberOfTrailingZeros(rest)] = Float.NEGATIVE_INFINITY;
      }
    }
    for (int token = whole * 64; token < logits.length; token++) {
      if (token >= words.length * 64 || !contains(token)) {
        logits[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}

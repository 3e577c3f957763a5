package io.github.quest4j.model.tokenizer;

/** English contractions, which most byte-level tokenizers cut off: 's 't 'm 'd 're 've 'll. */
final class Contraction {
  private Contraction() {}

  /** The length of the contraction that begins with the apostrophe at {@code from}, or 0. */
  static int length(char[] text, int from, int to, boolean ignoreCase) {
    char first = letter(text, from + 1, to, ignoreCase);
    return switch (first) {
      case 's', 't', 'm', 'd' -> 2;
      case 'r', 'v' -> letter(text, from + 2, to, ignoreCase) == 'e' ? 3 : 0;
      case 'l' -> letter(text, from + 2, to, ignoreCase) == 'l' ? 3 : 0;
      default -> 0;
    };
  }

  private static char letter(char[] text, int at, int to, boolean ignoreCase) {
    char c = at < to ? text[at] : 0;
    return ignoreCase && c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
  }
}

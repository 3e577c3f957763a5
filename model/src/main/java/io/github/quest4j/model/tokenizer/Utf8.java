package io.github.quest4j.model.tokenizer;

/**
 * Writes code points as UTF-8 into an array, without the objects that a charset's encoder makes.
 */
final class Utf8 {
  private Utf8() {}

  /** Writes a code point at {@code at}; returns where the next one goes. */
  static int put(int codePoint, byte[] target, int at) {
    if (codePoint < 0x80) {
      target[at] = (byte) codePoint;
      return at + 1;
    }
    int length = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    int rest = codePoint;
    for (int i = at + length - 1; i > at; i--) {
      target[i] = (byte) (0x80 | (rest & 0x3f));
      rest >>= 6;
    }
    // The first byte's high bits say the length: 110xxxxx, 1110xxxx, 11110xxx.
    target[at] = (byte) ((0xf00 >> length) | rest);
    return at + length;
  }
}

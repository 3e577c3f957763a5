package io.github.quest4j.model.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's writing of bytes as letters, which keeps spaces and control characters out of
 * vocabularies: printable Latin-1 bytes stand for themselves, the other 68 become U+0100 onward in
 * order.
 */
final class ByteLevel {
  /** The first char that stands for no byte. */
  private static final int END = 256 + 68;

  private final char[] chars = new char[256];
  private final short[] bytes = new short[END];

  ByteLevel() {
    Arrays.fill(bytes, (short) -1);
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      chars[b] = (char) (printable ? b : next++);
      bytes[chars[b]] = (short) b;
    }
  }

  /** The letter of a byte, 0 to 255. */
  char letter(int b) {
    return chars[b];
  }

  /** The byte of a letter, or -1. */
  int byteOf(int codePoint) {
    return codePoint < END ? bytes[codePoint] : -1;
  }
}

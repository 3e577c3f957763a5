package io.github.quest4j.model.tokenizer;

/**
 * What pre-tokenizers ask of a character: letter ({@code \p{L}}), number ({@code \p{N}}), white
 * space ({@code \s}) or other. The answers are those of Unicode 15.1, which llama.cpp's tables hold
 * and later versions of the JDK do not: a letter that was added since then is "other" here.
 */
final class CharClasses {
  static final byte OTHER = 0;
  static final byte LETTER = 1;
  static final byte NUMBER = 2;
  static final byte SPACE = 3;

  /** Letters and numbers that came with Unicode 16, first and last of each range. */
  private static final int[] NEW_IN_UNICODE_16 = {
    0x1c89, 0x1c8a, 0xa7cb, 0xa7cd, 0xa7da, 0xa7dc, 0x105c0, 0x105f3, 0x10d40, 0x10d65, 0x10d6f,
    0x10d85, 0x10ec2, 0x10ec4, 0x11380, 0x113d3, 0x116d0, 0x116e3, 0x11bc0, 0x11be0, 0x11bf0,
    0x11bf9, 0x13460, 0x143fa, 0x16100, 0x1611d, 0x16130, 0x16139, 0x16d40, 0x16d6c, 0x16d70,
    0x16d79, 0x18cff, 0x18cff, 0x1ccf0, 0x1ccf9, 0x1e5d0, 0x1e5ed, 0x1e5f0, 0x1e5fa,
  };

  private final byte[] classes = new byte[0x10000]; // the basic multilingual plane

  CharClasses() {
    for (int c = 0; c < classes.length; c++) {
      classes[c] = classify(c);
    }
  }

  byte of(int codePoint) {
    return codePoint < classes.length ? classes[codePoint] : classify(codePoint);
  }

  private static byte classify(int c) {
    byte byCategory =
        switch (Character.getType(c)) {
          case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER ->
              LETTER;
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              NUMBER;
          case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
              SPACE;
          default -> (c >= '\t' && c <= '\r') || c == 0x85 ? SPACE : OTHER;
        };
    return byCategory == OTHER || byCategory == SPACE || !isNew(c) ? byCategory : OTHER;
  }

  private static boolean isNew(int c) {
    for (int i = 0; i < NEW_IN_UNICODE_16.length && NEW_IN_UNICODE_16[i] <= c; i += 2) {
      if (c <= NEW_IN_UNICODE_16[i + 1]) {
        return true;
      }
    }
    return false;
  }
}

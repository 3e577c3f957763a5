package io.github.quest4j.model.tokenizer;

import static io.github.quest4j.model.tokenizer.CharClasses.NUMBER;
import static io.github.quest4j.model.tokenizer.CharClasses.SPACE;

/**
 * GPT-2's words: lower-case English contractions, and runs of letters, of numbers or of other
 * characters, each with the one space before it; of a longer run of white space the last one goes
 * to the word that follows.
 *
 * <p>With lone numbers (StarCoder, SmolLM) every number is cut out first, and the words of what
 * lies between are found as if nothing else were there.
 */
final class Gpt2Splitter implements WordSplitter {
  private static final byte END = -1;

  private final CharClasses classes;
  private final boolean loneNumbers;

  Gpt2Splitter(CharClasses classes, boolean loneNumbers) {
    this.classes = classes;
    this.loneNumbers = loneNumbers;
  }

  @Override
  public int wordEnd(char[] text, int from, int to) {
    int first = Character.codePointAt(text, from, to);
    int second = from + Character.charCount(first);
    byte kind = classes.of(first);
    if (loneNumbers && kind == NUMBER) {
      return second;
    }
    if (first == '\'') {
      int contraction = Contraction.length(text, from, to, false);
      if (contraction > 0) {
        return from + contraction;
      }
    }
    if (first == ' ') {
      byte next = kindAt(text, second, to);
      if (next != SPACE && next != END) {
        return runEnd(text, second, to, next);
      }
    }
    if (kind != SPACE) {
      return runEnd(text, from, to, kind);
    }
    int end = runEnd(text, from, to, SPACE);
    return end - from > 1 && kindAt(text, end, to) != END ? end - 1 : end;
  }

  private int runEnd(char[] text, int from, int to, byte kind) {
    int at = from;
    while (kindAt(text, at, to) == kind) {
      at += Character.isHighSurrogate(text[at]) ? 2 : 1;
    }
    return at;
  }

  /** {@link CharClasses}' answer, or {@link #END} where the stretch of text ends. */
  private byte kindAt(char[] text, int at, int to) {
    if (at >= to) {
      return END;
    }
    byte kind = classes.of(Character.codePointAt(text, at, to));
    return loneNumbers && kind == NUMBER ? END : kind;
  }
}

package io.github.quest4j.model.tokenizer;

import static io.github.quest4j.model.tokenizer.CharClasses.LETTER;
import static io.github.quest4j.model.tokenizer.CharClasses.NUMBER;
import static io.github.quest4j.model.tokenizer.CharClasses.OTHER;
import static io.github.quest4j.model.tokenizer.CharClasses.SPACE;

/**
 * The words of Llama 3 and Qwen 2: English contractions in either case; letters with any one
 * character but a line break or number before them; a few numbers; other characters with the one
 * space before and the line breaks after them; white space up to its last line break; of other
 * white space all but the last, which goes to the word that follows.
 */
final class Llama3Splitter implements WordSplitter {
  private static final byte END = -1;

  private final CharClasses classes;
  private final int numbersTogether;

  /**
   * @param numbersTogether how many numbers make a word: 3 for Llama 3, 1 for Qwen 2
   */
  Llama3Splitter(CharClasses classes, int numbersTogether) {
    this.classes = classes;
    this.numbersTogether = numbersTogether;
  }

  @Override
  public int wordEnd(char[] text, int from, int to) {
    int first = Character.codePointAt(text, from, to);
    int second = from + Character.charCount(first);
    if (first == '\'') {
      int contraction = Contraction.length(text, from, to, true);
      if (contraction > 0) {
        return from + contraction;
      }
    }
    byte kind = classes.of(first);
    if (kind == LETTER
        || (kind != NUMBER && !isLineBreak(first) && at(text, second, to) == LETTER)) {
      return runEnd(text, second, to, LETTER, Integer.MAX_VALUE);
    }
    if (kind == NUMBER) {
      return runEnd(text, from, to, NUMBER, numbersTogether);
    }
    if (kind == OTHER || (first == ' ' && at(text, second, to) == OTHER)) {
      int end = runEnd(text, second, to, OTHER, Integer.MAX_VALUE);
      while (end < to && isLineBreak(text[end])) {
        end++;
      }
      return end;
    }
    int end = runEnd(text, from, to, SPACE, Integer.MAX_VALUE);
    for (int i = end; i > from; i--) {
      if (isLineBreak(text[i - 1])) {
        return i;
      }
    }
    return end - from > 1 && end < to ? end - 1 : end;
  }

  private int runEnd(char[] text, int from, int to, byte kind, int limit) {
    int end = from;
    for (int n = 0; n < limit && at(text, end, to) == kind; n++) {
      end += Character.isHighSurrogate(text[end]) ? 2 : 1;
    }
    return end;
  }

  private byte at(char[] text, int at, int to) {
    return at < to ? classes.of(Character.codePointAt(text, at, to)) : END;
  }

  private static boolean isLineBreak(int c) {
    return c == '\n' || c == '\r';
  }
}

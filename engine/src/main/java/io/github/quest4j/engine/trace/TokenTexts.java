package io.github.quest4j.engine.trace;

import io.github.quest4j.model.tokenizer.TokenDecoder;
import io.github.quest4j.model.tokenizer.Tokenizer;

/** Where the tokens of a prompt stand in its text. */
final class TokenTexts {

  private static final int LONGEST = 4; // bytes of a character

  private final String text;
  private final int[] starts; // [tokens] first character
  private final int[] ends; // [tokens] behind the last one
  private final boolean[] control; // [tokens]

  private TokenTexts(String text, int[] starts, int[] ends, boolean[] control) {
    this.text = text;
    this.starts = starts;
    this.ends = ends;
    this.control = control;
  }

  /** Decodes tokens, control tokens by their names. Tokens that share a character all have it. */
  static TokenTexts of(Tokenizer tokenizer, int[] tokens) {
    int[] starts = new int[tokens.length];
    int[] ends = new int[tokens.length];
    boolean[] control = new boolean[tokens.length];
    TokenDecoder decoder = tokenizer.decoder(true);
    StringBuilder text = new StringBuilder();
    int unfinished = 0; // tokens whose last character waits for the next token
    byte[] tail = {};
    for (int t = 0; t < tokens.length; t++) {
      starts[t] = text.length();
      text.append(decoder.next(tokens[t]));
      tail = tail(tail, tokenizer.bytes(tokens[t]));
      control[t] = tokenizer.isControl(tokens[t]);
      if (text.length() > starts[t]) {
        finish(text, starts[t], ends, t - unfinished, t);
        unfinished = 0;
      }
      ends[t] = text.length();
      unfinished = cut(tail) ? unfinished + 1 : 0;
    }
    int end = text.length();
    text.append(decoder.flush());
    if (text.length() > end) {
      finish(text, end, ends, tokens.length - unfinished, tokens.length);
    }
    return new TokenTexts(text.toString(), starts, ends, control);
  }

  /** The tokens {@code from .. to-1} end with the character at {@code at}. */
  private static void finish(CharSequence text, int at, int[] ends, int from, int to) {
    int end = at + Character.charCount(Character.codePointAt(text, at));
    for (int t = from; t < to; t++) {
      ends[t] = end;
    }
  }

  private static byte[] tail(byte[] before, byte[] bytes) {
    int kept = Math.min(LONGEST, before.length + bytes.length);
    byte[] tail = new byte[kept];
    for (int i = 0; i < kept; i++) {
      int at = before.length + bytes.length - kept + i;
      tail[i] = at < before.length ? before[at] : bytes[at - before.length];
    }
    return tail;
  }

  /** Whether bytes end within a UTF-8 character. */
  private static boolean cut(byte[] bytes) {
    for (int back = 1; back <= bytes.length; back++) {
      int value = bytes[bytes.length - back] & 0xff;
      if (value < 0x80) {
        return false;
      }
      if (value >= 0xc0) {
        return back < (value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2);
      }
    }
    return false;
  }

  String text() {
    return text;
  }

  int tokens() {
    return starts.length;
  }

  int start(int token) {
    return starts[token];
  }

  int end(int token) {
    return ends[token];
  }

  /** The token's first character that is no white space; its first one where there is none. */
  int anchor(int token) {
    for (int i = starts[token]; i < ends[token]; i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return starts[token];
  }

  /** Whether it is a control token, which no text of a message makes. */
  boolean control(int token) {
    return control[token];
  }
}

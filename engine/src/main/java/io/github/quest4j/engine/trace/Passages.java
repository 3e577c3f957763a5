package io.github.quest4j.engine.trace;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts what the caller wrote into sentences and lines, and those to tokens. */
final class Passages {

  /** Tokens of a passage at most: longer sentences are cut into parts of about the same length. */
  static final int MOST_TOKENS = 64;

  private static final int LEAST_CHARACTERS = 4; // "1." belongs to what it numbers

  private Passages() {}

  static List<Passage> of(TokenTexts prompt, List<Contents.Part> parts) {
    List<Passage> passages = new ArrayList<>();
    int token = 0;
    for (Contents.Part part : parts) {
      for (int end : ends(prompt.text(), part.from(), part.to())) {
        while (token < prompt.tokens() && prompt.anchor(token) < part.from()) {
          token++;
        }
        int first = token;
        while (token < prompt.tokens() && prompt.anchor(token) < end) {
          token++;
        }
        add(prompt, part, first, token, passages);
      }
    }
    return List.copyOf(passages);
  }

  private static void add(
      TokenTexts prompt, Contents.Part part, int first, int last, List<Passage> passages) {
    int pieces = Math.ceilDiv(last - first, MOST_TOKENS);
    for (int piece = 0; piece < pieces; piece++) {
      int from = first + (int) ((long) (last - first) * piece / pieces);
      int to = first + (int) ((long) (last - first) * (piece + 1) / pieces);
      int start = Math.max(part.from(), prompt.anchor(from));
      int end = Math.min(part.to(), prompt.end(to - 1));
      while (end > start && Character.isWhitespace(prompt.text().charAt(end - 1))) {
        end--;
      }
      if (end > start) {
        int shift = part.offset() - part.from();
        passages.add(
            new Passage(passages.size(), from, to, part.message(), start + shift, end + shift));
      }
    }
  }

  /** Where the sentences and lines of a part of a text end, ascending; the last one at its end. */
  private static List<Integer> ends(String text, int from, int to) {
    List<Integer> ends = new ArrayList<>();
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    int begin = from;
    for (int line = from; line < to; ) {
      int newline = text.indexOf('\n', line);
      int lineEnd = newline < 0 || newline >= to ? to : newline + 1;
      String content = text.substring(line, lineEnd);
      sentences.setText(content);
      sentences.first();
      for (int next = sentences.next(); next != BreakIterator.DONE; next = sentences.next()) {
        int end = line + next;
        int written = text.substring(begin, end).strip().length();
        if (written >= LEAST_CHARACTERS || end == lineEnd && written > 0) {
          ends.add(end);
          begin = end;
        } else if (written == 0 && !ends.isEmpty()) {
          ends.set(ends.size() - 1, end); // an empty line ends the passage before it
          begin = end;
        }
      }
      line = lineEnd;
    }
    if (begin < to) {
      ends.add(to);
    }
    return ends;
  }
}

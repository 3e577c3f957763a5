package io.github.quest4j.engine.trace;

import io.github.quest4j.engine.Prompt;
import io.github.quest4j.model.chat.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds what the messages of a conversation say in the prompt that a chat template made of it. */
final class Contents {

  /**
   * A text of the caller's within the prompt.
   *
   * @param message which one
   * @param from its first character in the prompt
   * @param to behind its last one
   * @param offset of that first character within the message's content
   */
  record Part(int message, int from, int to, int offset) {}

  // The tokenizer reads half a surrogate pair as this, too.
  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  private final String text;
  private final boolean[] marks; // [characters] of control tokens
  private final List<Part> parts = new ArrayList<>();
  private int cursor;

  private Contents(TokenTexts prompt) {
    text = prompt.text();
    marks = new boolean[text.length()];
    for (int t = 0; t < prompt.tokens(); t++) {
      if (prompt.control(t)) {
        Arrays.fill(marks, prompt.start(t), prompt.end(t), true);
      }
    }
  }

  /**
   * The parts in the order of the prompt. What cannot be found, because a template changed it, has
   * none; of a conversation's other messages each is looked for behind the one before.
   */
  static List<Part> of(TokenTexts prompt, Prompt from) {
    Contents contents = new Contents(prompt);
    switch (from) {
      case Prompt.Raw raw -> contents.raw(LONE_SURROGATE.matcher(raw.text()).replaceAll("\uFFFD"));
      case Prompt.Tokens tokens -> contents.whole();
      case Prompt.Chat chat -> {
        for (int i = 0; i < chat.messages().size(); i++) {
          contents.message(i, chat.messages().get(i));
        }
      }
    }
    return List.copyOf(contents.parts);
  }

  private void whole() {
    parts.add(new Part(0, 0, text.length(), 0));
  }

  /**
   * Before a text there may be the token that begins a sequence, and a space of the tokenizer's.
   */
  private void raw(String raw) {
    int at = text.lastIndexOf(raw);
    if (at < 0) {
      whole();
    } else {
      parts.add(new Part(0, at, at + raw.length(), 0));
    }
  }

  private void message(int index, Message message) {
    int offset = 0;
    for (String piece : pieces(message.content())) {
      find(index, LONE_SURROGATE.matcher(piece).replaceAll("\uFFFD"), offset);
      offset += piece.length();
    }
  }

  private static List<String> pieces(Object content) {
    if (content instanceof String string) {
      return List.of(string);
    }
    List<String> pieces = new ArrayList<>();
    if (content instanceof List<?> list) {
      for (Object part : list) {
        if (part instanceof Map<?, ?> map && map.get("text") instanceof String string) {
          pieces.add(string);
        }
      }
    }
    return pieces;
  }

  private void find(int message, String piece, int offset) {
    String inner = piece.strip(); // as many templates do
    if (inner.isEmpty()) {
      return;
    }
    int at = search(inner, true);
    if (at < 0) {
      at = search(inner, false);
    }
    if (at >= 0) {
      cursor = at + inner.length();
      parts.add(new Part(message, at, cursor, offset + piece.indexOf(inner)));
    }
  }

  /** The next place of a text; one where a control token follows, if that is asked for. */
  private int search(String inner, boolean followed) {
    for (int at = text.indexOf(inner, cursor); at >= 0; at = text.indexOf(inner, at + 1)) {
      if (!marks[at] && (!followed || markFollows(at + inner.length()))) {
        return at;
      }
    }
    return -1;
  }

  private boolean markFollows(int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at)) && !marks[at]) {
      at++;
    }
    return at == text.length() || marks[at];
  }
}

package io.github.quest4j.model.chat;

/**
 * The template itself refused the conversation with {@code raise_exception}; the message is its own
 * words.
 */
public final class TemplateRefusal extends ChatTemplateException {
  TemplateRefusal(String words, int line, Throwable cause) {
    super(words, words, line, cause);
  }
}

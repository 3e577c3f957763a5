package io.github.quest4j.engine;

import io.github.quest4j.model.chat.Message;
import java.util.List;

/** What a generation starts from. */
public sealed interface Prompt {

  /** Text as it is: BOS as the model asks, special tokens parsed. */
  record Raw(String text) implements Prompt {}

  /** A conversation, rendered by the model's chat template. */
  record Chat(List<Message> messages) implements Prompt {
    /** Keeps an own copy. */
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /** Token ids. */
  record Tokens(List<Integer> ids) implements Prompt {
    /** Keeps an own copy. */
    public Tokens {
      ids = List.copyOf(ids);
    }
  }

  /** Text as it is. */
  static Prompt raw(String text) {
    return new Raw(text);
  }

  /** One question to a chat model. */
  static Prompt user(String text) {
    return new Chat(List.of(Message.user(text)));
  }

  /** A conversation. */
  static Prompt chat(List<Message> messages) {
    return new Chat(messages);
  }

  /** Token ids. */
  static Prompt tokens(List<Integer> ids) {
    return new Tokens(ids);
  }
}

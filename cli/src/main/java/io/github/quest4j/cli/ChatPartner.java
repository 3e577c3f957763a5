package io.github.quest4j.cli;

import io.github.quest4j.model.chat.Message;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Who answers in a chat: a model in this process, or a server. */
interface ChatPartner extends AutoCloseable {

  /**
   * An answer.
   *
   * @param text all of it
   * @param ended whether Ctrl-C ended it
   * @param note what it cost, in one line
   */
  record Reply(String text, boolean ended, String note) {}

  /**
   * Answers a conversation.
   *
   * @param pieces is given the text as it comes
   * @throws RefusedException if this conversation cannot be answered; another one may be
   */
  Reply answer(List<Message> messages, Consumer<String> pieces)
      throws IOException, InterruptedException;

  @Override
  void close();

  /** A conversation cannot be answered. */
  final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }
}

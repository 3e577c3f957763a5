package io.github.quest4j.model.chat;

/**
 * A chat template that cannot be parsed or rendered. The message is fit to be shown to the user.
 */
public class ChatTemplateException extends RuntimeException {
  private final String reason;
  private final int line;

  ChatTemplateException(String message, String reason, int line, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.line = line;
  }

  /** What went wrong in the words of jinja2 and Python, without the place. */
  public String reason() {
    return reason;
  }

  /** The template's line, counted from 1; 0 where it is not known. */
  public int line() {
    return line;
  }
}

package io.github.quest4j.model.chat.jinja;

/**
 * A template that cannot be parsed or rendered; the reason is worded as jinja2 and Python word it.
 */
public class TemplateError extends RuntimeException {
  private final String reason;
  private final int line;

  TemplateError(String reason) {
    this(reason, 0);
  }

  TemplateError(String reason, int line) {
    super(reason);
    this.reason = reason;
    this.line = line;
  }

  /** What went wrong, without the place. */
  public String reason() {
    return reason;
  }

  /** The template's line, counted from 1; 0 where it is not known. */
  public int line() {
    return line;
  }

  TemplateError at(int place) {
    return line > 0 ? this : new TemplateError(reason, place);
  }
}

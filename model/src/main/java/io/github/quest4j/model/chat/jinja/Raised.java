package io.github.quest4j.model.chat.jinja;

/** The template itself refused its input by calling {@code raise_exception}. */
public final class Raised extends TemplateError {
  Raised(String reason) {
    super(reason);
  }

  private Raised(String reason, int line) {
    super(reason, line);
  }

  @Override
  TemplateError at(int place) {
    return line() > 0 ? this : new Raised(reason(), place);
  }
}

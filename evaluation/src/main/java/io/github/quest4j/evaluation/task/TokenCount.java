package io.github.quest4j.evaluation.task;

/** How many tokens a model makes of a text. */
@FunctionalInterface
public interface TokenCount {

  /**
   * The tokens of a raw text, with those that the model puts before it.
   *
   * @param text any text
   * @return tokens, 0 or more
   */
  int of(String text);
}

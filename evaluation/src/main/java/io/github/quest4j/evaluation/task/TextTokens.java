package io.github.quest4j.evaluation.task;

/** A model's tokens of a text, both ways. */
public interface TextTokens {

  /**
   * The tokens of a raw text, without those that the model puts before it.
   *
   * @param text any text
   * @return token ids
   */
  int[] encode(String text);

  /**
   * The text of tokens.
   *
   * @param tokens ids that {@link #encode} gave, or a part of them
   * @return the text; a character whose bytes are cut through may be replaced
   */
  String decode(int[] tokens);
}

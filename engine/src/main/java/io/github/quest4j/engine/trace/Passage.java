package io.github.quest4j.engine.trace;

/**
 * A readable piece of a prompt: a sentence, a line, or a part of a very long one.
 *
 * @param index its place among {@link PromptText#passages()}
 * @param fromToken its first token
 * @param toToken the token behind its last one
 * @param message which message of the conversation it is from; 0 where the prompt is a text
 * @param from its first character within that message's content or that text, in UTF-16 units
 * @param to the character behind its last one, white space around it left out
 */
public record Passage(int index, int fromToken, int toToken, int message, int from, int to) {

  /** Checks the ranges. */
  public Passage {
    if (index < 0 || message < 0 || fromToken < 0 || from < 0) {
      throw new IllegalArgumentException("a passage begins before its text");
    }
    if (toToken <= fromToken || to < from) {
      throw new IllegalArgumentException(
          "passage " + index + " ends before it begins: token " + toToken + ", character " + to);
    }
  }
}

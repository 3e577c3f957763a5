package io.github.quest4j.engine;

/** Hears of a generation's progress, on the thread that drives it. */
public interface GenerationListener {

  /** So many tokens of the prompt have been read. */
  default void onPrompt(int done, int total) {}

  /**
   * A token was generated.
   *
   * @param token its id, or {@link Generation#NO_TOKEN} for text that was only held back until the
   *     end
   * @param text the text that became certain with it; may be empty, since characters and stop
   *     strings can span tokens
   */
  default void onToken(int token, String text) {}
}

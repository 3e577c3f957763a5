package io.github.quest4j.model.tokenizer;

/** Cuts text into words, over whose ends no merge may reach. */
interface WordSplitter {
  /**
   * The end of the word that begins at {@code from}, where {@code from < to}; at least one code
   * point on. What lies outside of [from, to) is not looked at. Calling it from end to end takes
   * time linear in the text.
   */
  int wordEnd(char[] text, int from, int to);
}

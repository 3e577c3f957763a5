package io.github.quest4j.benchmarks.load;

/**
 * One document about which all requests of a round ask, each something else. A line with a number
 * before it makes it another one in each round and for each seed.
 *
 * @param tokens of a generated document; 0 for a given one
 * @param text given; empty for a generated one
 * @param together whether all questions come at once; else the first is answered before the others
 *     are asked
 */
public record SharedDocument(int tokens, String text, boolean together) {

  private static final int MAX_TOKENS = 1_000_000;
  private static final int MAX_CHARACTERS = 16 << 20;

  /** Checks the values. */
  public SharedDocument {
    if (text.isEmpty() && (tokens < 1 || tokens > MAX_TOKENS)) {
      throw new IllegalArgumentException(
          "tokens of a shared document are not in 1.." + MAX_TOKENS + ": " + tokens);
    }
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "a shared document has more than " + MAX_CHARACTERS + " characters: " + text.length());
    }
  }
}

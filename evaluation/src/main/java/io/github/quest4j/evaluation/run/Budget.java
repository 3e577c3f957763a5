package io.github.quest4j.evaluation.run;

/**
 * Tokens that a sparse step may read: a number, or a part of the context.
 *
 * @param tokens the number; 0 where it is a part
 * @param part the context is divided by; 0 where it is a number
 */
public record Budget(int tokens, int part) {

  private static final int MOST = 1 << 24;

  /** Checks that one of them is given. */
  public Budget {
    if (tokens < 0 || tokens > MOST || part < 0 || part > MOST || (tokens == 0) == (part == 0)) {
      throw new IllegalArgumentException("not a budget: " + tokens + " tokens, 1/" + part);
    }
  }

  /**
   * Reads {@code 256} or {@code 1/8}.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static Budget parse(String text) {
    String trimmed = text.strip();
    try {
      return trimmed.startsWith("1/")
          ? new Budget(0, Integer.parseInt(trimmed.substring(2)))
          : new Budget(Integer.parseInt(trimmed), 0);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a token budget: " + trimmed + " (give a number such as 256, or 1/8 of the context)",
          e);
    }
  }

  /** Tokens for a context of that many. */
  public int of(int context) {
    return part == 0 ? tokens : context / part;
  }

  @Override
  public String toString() {
    return part == 0 ? Integer.toString(tokens) : "1/" + part;
  }
}

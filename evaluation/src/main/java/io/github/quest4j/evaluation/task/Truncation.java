package io.github.quest4j.evaluation.task;

import java.util.Arrays;

/**
 * Cuts the middle out of a long text, as LongBench does: questions stand at the ends. The first and
 * the last half of the tokens that a context holds are kept and decoded apart.
 */
final class Truncation {

  /**
   * Cuts before giving up: text at the seam may tokenize to a few tokens more than it came from.
   */
  private static final int CUTS = 8;

  private Truncation() {}

  /**
   * The text, or its ends.
   *
   * @param context tokens that the text may have, 2 or more
   * @throws IllegalArgumentException if the tokenizer makes ever more tokens of what is kept
   */
  static String middle(String text, int context, TextTokens tokens) {
    int[] all = tokens.encode(text);
    if (all.length <= context) {
      return text;
    }
    int keep = context;
    for (int cut = 0; cut < CUTS && keep >= 2; cut++) {
      int half = keep / 2;
      String kept =
          tokens.decode(Arrays.copyOf(all, half))
              + tokens.decode(Arrays.copyOfRange(all, all.length - (keep - half), all.length));
      int count = tokens.encode(kept).length;
      if (count <= context) {
        return kept;
      }
      keep -= count - context;
    }
    throw new IllegalArgumentException(
        "a text of %d tokens could not be cut to %d: its parts make more tokens than the whole; ask"
                .formatted(all.length, context)
            + " for a longer context");
  }
}

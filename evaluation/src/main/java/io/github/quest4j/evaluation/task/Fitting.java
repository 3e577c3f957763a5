package io.github.quest4j.evaluation.task;

import java.util.function.IntFunction;

/**
 * Finds how much filler makes a prompt of a length. Every probe tokenizes the whole prompt, so the
 * next amount is interpolated from the last two: a handful of probes for any length.
 */
final class Fitting {

  /** Probes by interpolation before halving takes over, which bounds the number of probes. */
  private static final int INTERPOLATED = 8;

  private Fitting() {}

  /**
   * The longest prompt within a length.
   *
   * @param what a prompt of the task is called in the message
   * @param length tokens that the prompt may have
   * @param prompt the prompt with so many units of filler, longer with each of them
   * @param tokens counts the tokens of a prompt
   * @return a prompt with at most {@code length} tokens; one more unit would be too many
   * @throws IllegalArgumentException if the prompt without filler is too long
   */
  static String longest(String what, int length, IntFunction<String> prompt, TokenCount tokens) {
    String best = prompt.apply(0);
    int bestTokens = tokens.of(best);
    if (bestTokens > length) {
      throw new IllegalArgumentException(
          "%s needs %d tokens or more, and %d were asked for; ask for a greater length"
              .formatted(what, bestTokens, length));
    }
    int fits = 0;
    int tooMany = length + 1; // a unit without a token of its own cannot be counted
    double perUnit = 0;
    for (int probe = 0; tooMany - fits > 1; probe++) {
      int units = between(fits, tooMany, probe, perUnit, length - bestTokens);
      String text = prompt.apply(units);
      int count = tokens.of(text);
      if (units > fits) {
        perUnit = Math.max(0, (double) (count - bestTokens) / (units - fits));
      }
      if (count <= length) {
        fits = units;
        best = text;
        bestTokens = count;
      } else {
        tooMany = units;
      }
    }
    return best;
  }

  private static int between(int fits, int tooMany, int probe, double perUnit, int room) {
    if (probe == 0) {
      return Math.min(fits + 8, tooMany - 1);
    }
    if (probe > INTERPOLATED || perUnit == 0) {
      return fits + (tooMany - fits) / 2;
    }
    int more = (int) Math.max(1, room / perUnit);
    return Math.min(fits + more, tooMany - 1);
  }
}

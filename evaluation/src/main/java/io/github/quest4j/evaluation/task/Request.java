package io.github.quest4j.evaluation.task;

/** Checks and names that all generators share. */
final class Request {

  /** Tokens of the longest prompt: its text has to fit in memory. */
  private static final int LONGEST = 4_000_000;

  private Request() {}

  /**
   * Checks what a generator is asked for.
   *
   * @throws IllegalArgumentException if a length is not 1 to four million or the samples are not
   *     1..most
   */
  static void check(int length, int samples, int most) {
    if (length < 1 || length > LONGEST) {
      throw new IllegalArgumentException(
          "a length must be 1 to %d tokens, not %d".formatted(LONGEST, length));
    }
    if (samples < 1 || samples > most) {
      throw new IllegalArgumentException(
          "samples must be 1 to %d per length, not %d".formatted(most, samples));
    }
  }

  /** Depth of a sample, spread evenly from 0 to 1; a single one lies in the middle. */
  static double depth(int sample, int samples) {
    return samples == 1 ? 0.5 : (double) sample / (samples - 1);
  }

  /** Names an item. */
  static String id(int length, int sample, int samples) {
    return "%d-%dof%d".formatted(length, sample + 1, samples);
  }
}

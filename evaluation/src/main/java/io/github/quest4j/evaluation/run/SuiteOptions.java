package io.github.quest4j.evaluation.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What tasks ask for.
 *
 * @param lengths contexts in tokens
 * @param samples questions of a kind and length, and stretches of a text
 * @param seed of generated questions
 * @param text to be predicted; empty for generated prose
 * @param data folder of LongBench's files
 * @param longBenchTasks of them; empty for all there are
 * @param steps tokens of a stretch that are fed one by one
 */
public record SuiteOptions(
    List<Integer> lengths,
    int samples,
    long seed,
    Optional<String> text,
    Optional<Path> data,
    List<String> longBenchTasks,
    int steps) {

  private static final int MOST_SAMPLES = 10_000;
  private static final int MOST_STEPS = 1 << 20;

  /** Checks the values. */
  public SuiteOptions {
    lengths = List.copyOf(lengths);
    longBenchTasks = List.copyOf(longBenchTasks);
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new IllegalArgumentException("samples is not in 1.." + MOST_SAMPLES + ": " + samples);
    }
    if (steps < 2 || steps > MOST_STEPS) {
      throw new IllegalArgumentException("steps is not in 2.." + MOST_STEPS + ": " + steps);
    }
    for (int length : lengths) {
      if (length < 1) {
        throw new IllegalArgumentException("a length is not positive: " + length);
      }
    }
  }
}

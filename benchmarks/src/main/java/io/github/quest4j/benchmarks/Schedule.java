package io.github.quest4j.benchmarks;

/**
 * How often a measurement is repeated, and how long it is warmed up before: until two successive
 * repetitions agree within 3 %, but for two seconds at least and {@code maxWarmUpSeconds} at most.
 *
 * @param repetitions that count
 * @param maxWarmUpSeconds after which no repetition of the warm-up is begun
 */
public record Schedule(int repetitions, double maxWarmUpSeconds) {

  private static final int MAX_REPETITIONS = 100_000;

  /** Checks the values. */
  public Schedule {
    if (repetitions < 1 || repetitions > MAX_REPETITIONS) {
      throw new IllegalArgumentException(
          "repetitions is not in 1.." + MAX_REPETITIONS + ": " + repetitions);
    }
    if (!(maxWarmUpSeconds >= 0) || maxWarmUpSeconds > 86_400) {
      throw new IllegalArgumentException(
          "seconds of warm-up is not in 0..86400: " + maxWarmUpSeconds);
    }
  }
}

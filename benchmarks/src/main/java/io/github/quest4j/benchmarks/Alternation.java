package io.github.quest4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures several ways of doing something in turn, in one run: first until all of them are warm,
 * then as often as the schedule says.
 */
final class Alternation {

  /** Does it once. */
  @FunctionalInterface
  interface Way {
    /** Seconds that the measured part took. */
    double seconds();
  }

  /**
   * The seconds of one way.
   *
   * @param cold of the very first repetition
   * @param warm of those that count, {@code [repetitions]}
   * @param warmUp repetitions before those that count
   * @param settled whether the last two of the warm-up agreed
   */
  record Seconds(double cold, double[] warm, int warmUp, boolean settled) {}

  private static final double AGREEMENT = 0.03;
  // The compiler of the JVM needs this long even where single repetitions agree.
  private static final double MIN_SECONDS = 2;

  private Alternation() {}

  /**
   * The warm-up of several ways.
   *
   * @param cold seconds of the very first repetition, {@code [ways]}
   * @param repetitions of each way
   * @param settled whether the last two of every way agreed
   */
  record WarmUp(double[] cold, int repetitions, boolean settled) {}

  /**
   * Runs the ways in turn.
   *
   * @param minWarmUps repetitions of the warm-up at least, while its time lasts
   * @return a result per way
   */
  static List<Seconds> run(
      List<? extends Way> ways, int minWarmUps, Schedule schedule, Progress progress) {
    WarmUp warmUp = warmUp(ways, minWarmUps, schedule, progress);
    double[][] warm = new double[ways.size()][schedule.repetitions()];
    for (int repetition = 0; repetition < schedule.repetitions(); repetition++) {
      for (int i = 0; i < warm.length; i++) {
        warm[i][repetition] = ways.get(i).seconds();
      }
      progress.update(Progress.Phase.MEASURE, repetition + 1, schedule.repetitions());
    }
    List<Seconds> results = new ArrayList<>();
    for (int i = 0; i < warm.length; i++) {
      results.add(new Seconds(warmUp.cold()[i], warm[i], warmUp.repetitions(), warmUp.settled()));
    }
    return results;
  }

  /** Runs the ways in turn until they are warm or the time for it is over, once at least. */
  static WarmUp warmUp(
      List<? extends Way> ways, int minWarmUps, Schedule schedule, Progress progress) {
    double[] cold = new double[ways.size()];
    double[] last = new double[ways.size()];
    int repetitions = 0;
    boolean settled = false;
    double elapsed = 0; // in measured parts
    do {
      settled = repetitions > 0;
      for (int i = 0; i < last.length; i++) {
        double before = last[i];
        last[i] = ways.get(i).seconds();
        elapsed += last[i];
        settled &= Math.abs(last[i] - before) <= AGREEMENT * Math.min(last[i], before);
      }
      if (repetitions++ == 0) {
        System.arraycopy(last, 0, cold, 0, last.length);
      }
      progress.update(
          Progress.Phase.WARM_UP,
          Math.round(elapsed),
          (long) Math.ceil(schedule.maxWarmUpSeconds()));
    } while (elapsed < schedule.maxWarmUpSeconds()
        && !(settled && repetitions >= minWarmUps && elapsed >= MIN_SECONDS));
    return new WarmUp(cold, repetitions, settled);
  }
}

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
   * Runs the ways in turn.
   *
   * @param minWarmUps repetitions of the warm-up at least, while its time lasts
   * @return a result per way
   */
  static List<Seconds> run(
      List<? extends Way> ways, int minWarmUps, Schedule schedule, Progress progress) {
    int count = ways.size();
    double[] cold = new double[count];
    double[] before = new double[count];
    double[] last = new double[count];
    boolean settled = false;
    int warmUps = 0;
    long begun = System.nanoTime();
    double elapsed = 0;
    while (warmUps == 0
        || (elapsed < schedule.maxWarmUpSeconds()
            && !(settled && warmUps >= minWarmUps && elapsed >= MIN_SECONDS))) {
      settled = warmUps > 0;
      for (int i = 0; i < count; i++) {
        before[i] = last[i];
        last[i] = ways.get(i).seconds();
        settled &= Math.abs(last[i] - before[i]) <= AGREEMENT * Math.min(last[i], before[i]);
      }
      if (warmUps++ == 0) {
        System.arraycopy(last, 0, cold, 0, count);
      }
      elapsed = (System.nanoTime() - begun) / 1e9;
      progress.update(
          Progress.Phase.WARM_UP,
          Math.round(elapsed),
          (long) Math.ceil(schedule.maxWarmUpSeconds()));
    }
    double[][] warm = new double[count][schedule.repetitions()];
    for (int repetition = 0; repetition < schedule.repetitions(); repetition++) {
      for (int i = 0; i < count; i++) {
        warm[i][repetition] = ways.get(i).seconds();
      }
      progress.update(Progress.Phase.MEASURE, repetition + 1, schedule.repetitions());
    }
    List<Seconds> results = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      results.add(new Seconds(cold[i], warm[i], warmUps, settled));
    }
    return results;
  }
}

package io.github.quest4j.benchmarks;

/** Is told how a benchmark goes on. */
@FunctionalInterface
public interface Progress {

  /** What a benchmark is doing. */
  enum Phase {
    /** Filling the cache; counted in tokens. */
    FILL,
    /** Warming up; counted in seconds, and done before the total where the speed has settled. */
    WARM_UP,
    /** Measuring; counted in repetitions. */
    MEASURE
  }

  /** So much of a phase is done. Called between measurements, never during one. */
  void update(Phase phase, long done, long total);
}

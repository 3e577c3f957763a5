package io.github.quest4j.benchmarks.load;

/** Is told how a load goes on. */
@FunctionalInterface
public interface LoadListener {

  /**
   * So much is done. Called from one thread, a few times a second.
   *
   * @param what is being done, for a person
   * @param unit of the counts
   */
  void update(String what, String unit, long done, long total);
}

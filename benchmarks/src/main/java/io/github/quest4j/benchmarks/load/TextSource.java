package io.github.quest4j.benchmarks.load;

/** Makes readable text. */
@FunctionalInterface
public interface TextSource {

  /**
   * A text of at least so many characters; the same arguments give the same text.
   *
   * @param characters 1 or more
   */
  String ofLength(int characters, long seed);
}

package io.github.quest4j.attention.select;

/**
 * A query as a scorer wants it. Made once per worker by {@link PageScorer#scratch} and filled by
 * {@link PageScorer#prepare}; scoring only reads it, so several workers may score with one.
 */
public abstract class ScoreScratch {

  /** For the scorers of this package. */
  ScoreScratch() {}
}

package io.github.quest4j.engine.schedule;

/** What is told of the passages that tokens are read from. */
public enum Tracing {
  /** Nothing. */
  NONE,
  /** Shares of passages and pages, over all layers. */
  PASSAGES,
  /** Those of each layer too. */
  LAYERS
}

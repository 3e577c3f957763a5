package io.github.quest4j.benchmarks.load;

/** What a request is for. */
public enum Role {
  /** One of the load's own. */
  ORDINARY,
  /** The first about a shared document, which the server has to read. */
  FIRST_QUESTION,
  /** A later one about a shared document. */
  LATER_QUESTION,
  /** The long prompt that arrives while streams run. */
  INTRUDER
}

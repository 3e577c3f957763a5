package io.github.quest4j.engine.constrain;

/**
 * A deterministic automaton over bytes. From each of its states an end can be reached, so that a
 * text that has begun can always be finished. No end is a start: at least one byte is read.
 */
interface Automaton {

  /** In place of a state: this byte may not come. */
  int DEAD = -1;

  /** In place of a label: the state is no end. */
  int NONE = -1;

  /** The state after one more byte, 0 to 255, or {@link #DEAD}. */
  int next(int state, int octet);

  /** What has been read if the text may end in this state, else {@link #NONE}. */
  int label(int state);

  /**
   * A name for the states that behave as this one for the next {@code octets} bytes; what was found
   * out about one of them holds for all.
   */
  default long alike(int state, int octets) {
    return state;
  }
}

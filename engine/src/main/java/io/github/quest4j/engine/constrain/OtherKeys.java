package io.github.quest4j.engine.constrain;

import java.util.Objects;

/**
 * The names that may come in an object that takes others besides those declared: the declared ones
 * from {@code from} on, by their number, and every name that is not declared, as {@code other}.
 * Names are written the shortest way, so that no other name is a declared one in disguise.
 */
record OtherKeys(LiteralTrie declared, int root, int from, int other) implements Automaton {

  private static final StringAutomaton STRING = StringAutomaton.canonical(0, StringAutomaton.ANY);

  /** Beyond the states of the trie: the name has left all declared ones. */
  private static final int ELSEWHERE = 0;

  // A state is the trie's state + 1, or ELSEWHERE, and the string's.
  private static final int STRING_STATES = 64;

  int start() {
    return (root + 1) * STRING_STATES;
  }

  @Override
  public int next(int state, int octet) {
    int string = STRING.next(state % STRING_STATES, octet);
    if (string == DEAD) {
      return DEAD;
    }
    int name = state / STRING_STATES;
    if (name != ELSEWHERE) {
      name = declared.next(name - 1, octet) + 1;
    }
    int next = name * STRING_STATES + string;
    if (STRING.label(string) != NONE && name != ELSEWHERE && declared.label(name - 1) < from) {
      return DEAD; // a declared name whose place is past
    }
    return next;
  }

  @Override
  public int label(int state) {
    if (STRING.label(state % STRING_STATES) == NONE) {
      return NONE;
    }
    int name = state / STRING_STATES;
    return name == ELSEWHERE ? other : declared.label(name - 1);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof OtherKeys k
        && k.declared == declared
        && k.root == root
        && k.from == from
        && k.other == other;
  }

  @Override
  public int hashCode() {
    return Objects.hash(System.identityHashCode(declared), root, from, other);
  }
}

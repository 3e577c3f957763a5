package io.github.quest4j.engine.constrain;

import org.jspecify.annotations.Nullable;

/** The parts that have to follow what is being read, the next one first: the automaton's stack. */
final class Pending {

  private final Part part;
  private final @Nullable Pending rest;
  private final int hash;

  Pending(Part part, @Nullable Pending rest) {
    this.part = part;
    this.rest = rest;
    this.hash = 31 * (rest == null ? 1 : rest.hash) + part.hashCode();
  }

  Part part() {
    return part;
  }

  @Nullable Pending rest() {
    return rest;
  }

  /** Not by recursion, for the stack may be deep. */
  @Override
  public boolean equals(@Nullable Object o) {
    if (!(o instanceof Pending other)) {
      return false;
    }
    Pending a = this;
    Pending b = other;
    while (a != b) {
      if (a == null || b == null || a.hash != b.hash || !a.part.equals(b.part)) {
        return false;
      }
      a = a.rest;
      b = b.rest;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

package io.github.quest4j.engine.constrain;

import java.util.List;

/** A block after which always the same parts follow, often none. */
final class Lead implements Block {

  private final Automaton automaton;
  private final int start;
  private final List<Part> after;

  Lead(Automaton automaton, int start, Part... after) {
    this.automaton = automaton;
    this.start = start;
    this.after = List.of(after);
  }

  @Override
  public Automaton automaton() {
    return automaton;
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public List<Part> after(int label) {
    return after;
  }
}

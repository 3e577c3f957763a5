package io.github.quest4j.engine.constrain;

import java.util.List;

/**
 * What is left of an array after {@code count} elements.
 *
 * @param count as far as it matters
 */
record ArrayTail(Rule rule, int count, boolean open) implements Block {

  /** In place of a number of elements: any. */
  static final int ANY = Integer.MAX_VALUE;

  /** What all tails of an array share; compared by identity. */
  static final class Rule {
    private final Part items;
    private final int least;
    private final int most;

    Rule(Part items, int least, int most) {
      this.items = items;
      this.least = least;
      this.most = most;
    }

    /** The whole array. */
    Block array() {
      return new ArrayTail(this, 0, true);
    }
  }

  @Override
  public Automaton automaton() {
    return Separators.array(open, count < rule.most, count >= rule.least);
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public List<Part> after(int label) {
    if (label == Separators.CLOSE) {
      return List.of();
    }
    int next = rule.most == ANY ? Math.min(count + 1, rule.least) : count + 1;
    return List.of(rule.items, new ArrayTail(rule, next, false));
  }
}

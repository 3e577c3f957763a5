package io.github.quest4j.engine.constrain;

/** How much compiling one schema may cost, counted in states of automata. */
final class WorkBudget {

  /** States that one schema may have: some 20 MB and a second. */
  private static final int STATES = 40_000;

  private int left = STATES;
  private String place = "#";

  /** Says what the states to come are for. */
  void at(String keywordPlace) {
    place = keywordPlace;
  }

  /**
   * Takes from the budget.
   *
   * @throws ConstraintException naming the place where it ran out
   */
  void spend(int states) {
    left -= states;
    if (left < 0) {
      throw new ConstraintException(
          "the schema is too much work to compile: it needs more than "
              + STATES
              + " states, which ran out at "
              + place
              + ": make its patterns, ranges or lengths simpler");
    }
  }
}

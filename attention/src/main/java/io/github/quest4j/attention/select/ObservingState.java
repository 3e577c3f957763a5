package io.github.quest4j.attention.select;

import java.util.Optional;

/** The state of a policy that goes by observed attention, as far as observing goes. */
abstract class ObservingState implements PageSelector.State {

  private final boolean sums;
  private final int lastRows;
  Observations observed;

  /**
   * A state that keeps what is observed.
   *
   * @param sums whether the policy needs sums over all rows
   * @param lastRows how many last rows it needs
   */
  ObservingState(Observations observed, boolean sums, int lastRows) {
    this.observed = observed;
    this.sums = sums;
    this.lastRows = lastRows;
  }

  @Override
  public final void expect(int layer, int position, int rows) {
    observed.expect(layer, position, rows);
  }

  @Override
  public final void observe(
      int layer, int list, int position, int token, int count, float[] weights, int offset) {
    observed.add(layer, list, position, token, count, weights, offset);
  }

  @Override
  public final Optional<Observations> observations() {
    return Optional.of(observed);
  }

  @Override
  public final void adopt(PageSelector.State other) {
    other
        .observations()
        .filter(theirs -> theirs.has(sums, lastRows))
        .ifPresent(theirs -> observed = theirs.fork(sums, lastRows));
  }

  /** For a fork of this state. */
  final Observations forkObserved() {
    return observed.fork(sums, lastRows);
  }
}

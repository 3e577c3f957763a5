package io.github.quest4j.attention.select;

/**
 * Reads everything and records of a prompt what policies that evict by attention go by: a sequence
 * that was prefilled once can then be forked to each of them, as if it had been prefilled under
 * that policy. Decode steps are not recorded.
 *
 * @param denseLayers first layers that are not recorded
 * @param sums whether all rows are summed, as {@link H2oSelector} needs it
 * @param lastRows rows kept one by one: 1 for {@link TovaSelector}, the window for {@link
 *     SnapKvSelector}
 */
public record ObservingSelector(int denseLayers, boolean sums, int lastRows)
    implements PageSelector {

  /** Checks the rows. */
  public ObservingSelector {
    if (lastRows < 0) {
      throw new IllegalArgumentException("rows to keep are negative: " + lastRows);
    }
  }

  /** Records what any of the policies needs. */
  public ObservingSelector(int denseLayers) {
    this(denseLayers, true, SnapKvSelector.WINDOW);
  }

  @Override
  public String name() {
    return "dense";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    return new Observing(this, new Observations(layers, kvHeads, sums, lastRows));
  }

  private static final class Observing extends ObservingState {
    private final ObservingSelector how;

    Observing(ObservingSelector how, Observations observed) {
      super(observed, how.sums, how.lastRows);
      this.how = how;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return false;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      for (int page = 0; page < pages; page++) {
        out.add(page);
      }
    }

    @Override
    public int observedRows(int layer) {
      if (layer < how.denseLayers) {
        return 0;
      }
      return how.sums ? Integer.MAX_VALUE : how.lastRows;
    }

    @Override
    public void truncate(int length) {
      observed.truncate(length);
    }

    @Override
    public State fork() {
      return new Observing(how, forkObserved());
    }
  }
}

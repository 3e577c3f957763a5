package io.github.quest4j.attention.select;

/**
 * The paper's selection (section 3.3): the current page always, then the pages with the highest
 * scores; with the option to force the first pages and those before the current one. Nothing is
 * evicted and nothing remembered.
 *
 * @param pageBudget pages that a list has, the current one and the forced ones among them
 * @param denseLayers first layers that read everything
 * @param sinkPages first pages that are always read
 * @param recentPages pages before the current one that are always read
 * @param adaptive whether the list is only a cap, of which less may be read
 */
public record QuestSelector(
    int pageBudget, int denseLayers, int sinkPages, int recentPages, boolean adaptive)
    implements PageSelector, PageSelector.State {

  private static final int LEAST = 2; // pages

  /** Checks the budget. */
  public QuestSelector {
    if (pageBudget < LEAST) {
      throw new IllegalArgumentException("page budget is smaller than two: " + pageBudget);
    }
  }

  @Override
  public String name() {
    return "quest";
  }

  @Override
  public boolean needsScores() {
    return true;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    return this;
  }

  @Override
  public boolean selects(int layer, int pages) {
    return layer >= denseLayers && pages > (adaptive ? LEAST : pageBudget);
  }

  @Override
  public void select(
      int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
    int current = pages - 1;
    int free = Math.min(pageBudget, pages) - 1;
    int sinks = Math.min(sinkPages, free);
    int recent = Math.min(recentPages, free - sinks);
    for (int page = 0; page < sinks; page++) {
      out.add(page);
    }
    topK.select(scores, offset, sinks, current - recent, free - sinks - recent, out);
    for (int page = current - recent; page <= current; page++) {
      out.add(page);
    }
  }

  @Override
  public State fork() {
    return this;
  }
}

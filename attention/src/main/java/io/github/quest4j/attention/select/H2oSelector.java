package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * H2O (Zhang et al., 2023, arXiv 2306.14048): half of the budget for the most recent tokens, half
 * for the heavy hitters, those to which the rows so far, the prompt's and the decode steps', gave
 * most attention in sum. Each KV head has its own, by the sum over its query heads. When a step
 * begins, the lightest tokens that are not recent are evicted until its own token has room; what is
 * evicted never comes back.
 *
 * <p>Cutting a sequence drops the tokens behind the cut and what was observed of them, and takes
 * back what the last step or prompt piece gave to earlier ones, where that step or piece lies
 * behind the cut. Tokens that were evicted stay so.
 *
 * @param budget tokens that a step reads, its own among them
 * @param denseLayers first layers that read everything
 */
public record H2oSelector(int budget, int denseLayers) implements PageSelector {

  /** Checks the budget. */
  public H2oSelector {
    if (budget < 2) {
      throw new IllegalArgumentException("token budget is smaller than two: " + budget);
    }
  }

  @Override
  public String name() {
    return "h2o";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    KeptTokens[] kept = new KeptTokens[layers * kvHeads];
    Arrays.setAll(kept, i -> new KeptTokens());
    return new H2o(
        this, kvHeads, pageSize, new int[layers], kept, new Observations(layers, kvHeads, true, 0));
  }

  private static final class H2o extends ObservingState {
    private final H2oSelector how;
    private final int kvHeads;
    private final int pageSize;
    private final int[] positions; // [layers] of the step under way
    private final KeptTokens[] kept; // [layers, kvHeads]

    H2o(
        H2oSelector how,
        int kvHeads,
        int pageSize,
        int[] positions,
        KeptTokens[] kept,
        Observations observed) {
      super(observed, true, 0);
      this.how = how;
      this.kvHeads = kvHeads;
      this.pageSize = pageSize;
      this.positions = positions;
      this.kept = kept;
    }

    @Override
    public void begin(int layer, int position) {
      positions[layer] = position;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return layer >= how.denseLayers
          && (positions[layer] >= how.budget || KeptTokens.anyEvicted(kept, layer, kvHeads));
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      int position = positions[layer];
      KeptTokens tokens = kept[layer * kvHeads + list];
      // The step's own token is the most recent one.
      tokens.keep(
          observed.sums(layer, list, position), position, how.budget / 2 - 1, how.budget - 1);
      tokens.list(position, pageSize, out);
    }

    @Override
    public int observedRows(int layer) {
      return layer >= how.denseLayers ? Integer.MAX_VALUE : 0;
    }

    @Override
    public boolean observesSteps(int layer) {
      return layer >= how.denseLayers;
    }

    @Override
    public void truncate(int length) {
      for (KeptTokens tokens : kept) {
        tokens.cut(length);
      }
      observed.truncate(length);
    }

    @Override
    public State fork() {
      return new H2o(
          how, kvHeads, pageSize, positions.clone(), KeptTokens.copies(kept), forkObserved());
    }
  }
}

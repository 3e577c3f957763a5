package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * TOVA (Oren et al., 2024, arXiv 2401.06104): keeps the tokens to which the last row gave most
 * attention, with no place kept for recent ones, and evicts the least each step; at the prompt's
 * end its last row decides. As published the attention is the mean over all query heads of a layer,
 * so that all KV heads of a layer keep the same tokens. What is evicted never comes back.
 *
 * <p>Cutting a sequence drops the tokens behind the cut and the row last observed, if it lies
 * there: the next row decides again. Tokens that were evicted stay so.
 *
 * @param budget tokens that a step reads, its own among them
 * @param denseLayers first layers that read everything
 */
public record TovaSelector(int budget, int denseLayers) implements PageSelector {

  /** Checks the budget. */
  public TovaSelector {
    if (budget < 2) {
      throw new IllegalArgumentException("token budget is smaller than two: " + budget);
    }
  }

  @Override
  public String name() {
    return "tova";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    KeptTokens[] kept = new KeptTokens[layers];
    Arrays.setAll(kept, i -> new KeptTokens());
    return new Tova(
        this,
        kvHeads,
        pageSize,
        new int[layers],
        kept,
        new Observations(layers, kvHeads, false, 1));
  }

  private static final class Tova extends ObservingState {
    private final TovaSelector how;
    private final int kvHeads;
    private final int pageSize;
    private final int[] positions; // [layers] of the step under way
    private final KeptTokens[] kept; // [layers]
    private float[] worth = new float[0]; // [tokens]

    Tova(
        TovaSelector how,
        int kvHeads,
        int pageSize,
        int[] positions,
        KeptTokens[] kept,
        Observations observed) {
      super(observed, false, 1);
      this.how = how;
      this.kvHeads = kvHeads;
      this.pageSize = pageSize;
      this.positions = positions;
      this.kept = kept;
    }

    @Override
    public void begin(int layer, int position) {
      positions[layer] = position;
      if (layer < how.denseLayers || kept[layer].count(position) < how.budget) {
        return;
      }
      if (worth.length < position) {
        worth = new float[2 * position];
      }
      Arrays.fill(worth, 0, position, 0f);
      for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
        observed.addRow(layer, kvHead, position - 1, worth);
      }
      kept[layer].keep(worth, position, 0, how.budget - 1);
    }

    @Override
    public boolean selects(int layer, int pages) {
      return layer >= how.denseLayers && kept[layer].evicted();
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      kept[layer].list(positions[layer], pageSize, out);
    }

    @Override
    public int observedRows(int layer) {
      return layer >= how.denseLayers ? 1 : 0;
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
      return new Tova(
          how, kvHeads, pageSize, positions.clone(), KeptTokens.copies(kept), forkObserved());
    }
  }
}

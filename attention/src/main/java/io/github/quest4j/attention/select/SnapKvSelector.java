package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * SnapKV (Li et al., 2024, arXiv 2404.14469): the prompt's last rows, its observation window, vote
 * for the tokens before them. Votes are the weights summed over the window and over the query heads
 * of a KV head, then each is raised to the highest within a few tokens, so that neighbours come
 * along. The highest and the window stay, up to the budget, and everything decoded since: a step
 * reads the budget and all decoded tokens. A prompt within the budget is read whole, and so is what
 * follows it.
 *
 * <p>The first decode step ends the prompt; what is prefilled later stays as decoded tokens do.
 * Cutting a sequence drops the tokens behind the cut; those that were evicted stay so. Where none
 * of those before the cut was, the prompt goes on.
 *
 * @param budget tokens of the prompt that stay, the window's among them
 * @param denseLayers first layers that read everything
 * @param window last rows of the prompt that vote
 * @param kernel tokens within which a vote counts, odd
 */
public record SnapKvSelector(int budget, int denseLayers, int window, int kernel)
    implements PageSelector {

  /** The paper's window. */
  public static final int WINDOW = 32;

  /** The paper's pooling kernel on LongBench. */
  public static final int KERNEL = 7;

  /** Checks that there is room for the window and a token. */
  public SnapKvSelector {
    if (window < 1 || budget <= window) {
      throw new IllegalArgumentException(
          "a token budget of "
              + budget
              + " has no room for a window of "
              + window
              + " and a token");
    }
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("the pooling kernel is not odd: " + kernel);
    }
  }

  @Override
  public String name() {
    return "snapkv";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    int[] prompts = new int[layers];
    Arrays.fill(prompts, -1);
    KeptTokens[] kept = new KeptTokens[layers * kvHeads];
    Arrays.setAll(kept, i -> new KeptTokens());
    return new SnapKv(
        this,
        kvHeads,
        pageSize,
        new int[layers],
        prompts,
        kept,
        new boolean[kept.length],
        new Observations(layers, kvHeads, false, window));
  }

  private static final class SnapKv extends ObservingState {
    private final SnapKvSelector how;
    private final int kvHeads;
    private final int pageSize;
    private final int[] positions; // [layers] of the step under way
    private final int[] prompts; // [layers] tokens of the prompt; -1 before its end
    private final KeptTokens[] kept; // [layers, kvHeads]
    private final boolean[] voted; // [layers, kvHeads]

    SnapKv(
        SnapKvSelector how,
        int kvHeads,
        int pageSize,
        int[] positions,
        int[] prompts,
        KeptTokens[] kept,
        boolean[] voted,
        Observations observed) {
      super(observed, false, how.window);
      this.how = how;
      this.kvHeads = kvHeads;
      this.pageSize = pageSize;
      this.positions = positions;
      this.prompts = prompts;
      this.kept = kept;
      this.voted = voted;
    }

    @Override
    public void begin(int layer, int position) {
      positions[layer] = position;
      if (prompts[layer] < 0) {
        prompts[layer] = position;
      }
    }

    @Override
    public boolean selects(int layer, int pages) {
      return layer >= how.denseLayers && prompts[layer] > how.budget;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      int at = layer * kvHeads + list;
      KeptTokens tokens = kept[at];
      if (!voted[at]) {
        voted[at] = true;
        tokens.keep(votes(layer, list), prompts[layer], how.window, how.budget);
        observed.dropRows(layer, list);
      }
      tokens.list(positions[layer], pageSize, out);
    }

    /** {@code [tokens of the prompt]}; those before the window count. */
    private float[] votes(int layer, int kvHead) {
      int prompt = prompts[layer];
      float[] votes = new float[prompt];
      for (int row = prompt - how.window; row < prompt; row++) {
        observed.addRow(layer, kvHead, row, votes);
      }
      int before = prompt - how.window;
      int reach = how.kernel / 2;
      float[] pooled = new float[prompt];
      for (int t = 0; t < before; t++) {
        for (int i = Math.max(0, t - reach); i <= Math.min(before - 1, t + reach); i++) {
          pooled[t] = Math.max(pooled[t], votes[i]);
        }
      }
      return pooled;
    }

    @Override
    public int observedRows(int layer) {
      return layer >= how.denseLayers && prompts[layer] < 0 ? how.window : 0;
    }

    @Override
    public void truncate(int length) {
      for (KeptTokens tokens : kept) {
        tokens.cut(length);
      }
      observed.truncate(length);
      for (int layer = 0; layer < prompts.length; layer++) {
        if (length < prompts[layer] && !KeptTokens.anyEvicted(kept, layer, kvHeads)) {
          prompts[layer] = -1;
          Arrays.fill(voted, layer * kvHeads, (layer + 1) * kvHeads, false);
        }
      }
    }

    @Override
    public State fork() {
      return new SnapKv(
          how,
          kvHeads,
          pageSize,
          positions.clone(),
          prompts.clone(),
          KeptTokens.copies(kept),
          voted.clone(),
          forkObserved());
    }
  }
}

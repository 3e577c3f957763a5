package io.github.quest4j.attention.select;

/**
 * StreamingLLM (Xiao et al., 2023, arXiv 2309.17453): the first tokens, on which attention rests
 * whatever they say, and the most recent ones. Keys keep the positions that they were written with,
 * where the paper counts positions within the cache.
 *
 * @param budget tokens that a step reads, its own and the sinks among them
 * @param denseLayers first layers that read everything
 * @param sinks first tokens that stay, 4 in the paper
 */
public record StreamingSelector(int budget, int denseLayers, int sinks) implements PageSelector {

  /** The paper's sinks. */
  public static final int SINKS = 4;

  /** Checks that there is room for the sinks and a token. */
  public StreamingSelector {
    if (sinks < 0 || budget <= sinks) {
      throw new IllegalArgumentException(
          "a token budget of " + budget + " has no room for " + sinks + " sinks and a token");
    }
  }

  @Override
  public String name() {
    return "streaming";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    return new Streaming(this, pageSize, new int[layers]);
  }

  /** Knows where each layer is. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Streaming(StreamingSelector how, int pageSize, int[] positions) implements State {

    @Override
    public void begin(int layer, int position) {
      positions[layer] = position;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return layer >= how.denseLayers && positions[layer] >= how.budget;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      KeptTokens.list(
          how.sinks,
          positions[layer] + 1 - (how.budget - how.sinks),
          positions[layer],
          pageSize,
          out);
    }

    @Override
    public State fork() {
      return new Streaming(how, pageSize, positions.clone());
    }
  }
}

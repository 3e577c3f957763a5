package io.github.quest4j.engine.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a generated token, or an answer, was read from. Shares are of the attention of the rows that
 * predicted, mean over the heads and those layers that see the whole context, and over the tokens
 * of an answer. Immutable.
 */
public final class Reading {

  /**
   * What one passage was given.
   *
   * @param share of the attention
   * @param focus mean over the layers of what the head gave that gave most: near 1 where a head of
   *     every layer reads nothing else
   */
  public record PassageShare(Passage passage, double share, double focus) {}

  private final List<Passage> passages;
  private final Shares shares;
  private final double tokens;

  Reading(List<Passage> passages, Shares shares) {
    this.passages = passages;
    this.shares = shares;
    this.tokens = Math.max(1, shares.tokens);
  }

  /**
   * The passages from which most was read, best first, at most so many. They are ranked by focus
   * times nearness (see {@link AttentionTrace}), not by share.
   */
  public List<PassageShare> top(int most) {
    return IntStream.range(0, passages.size())
        .filter(i -> shares.rank[i] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -shares.rank[i]))
        .limit(most)
        .map(this::passage)
        .toList();
  }

  /** Every passage, in the order of the prompt. */
  public List<PassageShare> all() {
    return IntStream.range(0, passages.size()).mapToObj(this::passage).toList();
  }

  private PassageShare passage(int i) {
    return new PassageShare(passages.get(i), shares.share[i] / tokens, shares.focus[i] / tokens);
  }

  /** Tokens generated that this is of: 1, or those of the answer. */
  public int tokens() {
    return shares.tokens;
  }

  /** Share of the prompt's first tokens, the attention sink, which no passage counts. */
  public double sink() {
    return shares.sink / tokens;
  }

  /** Share of what the chat template put around the messages, but for the sink. */
  public double template() {
    return shares.template / tokens;
  }

  /** Share of the tokens generated before. */
  public double generated() {
    return shares.generated / tokens;
  }

  /**
   * Share of each page of the prompt, sink and template and all: with {@link #generated} they sum
   * to 1.
   */
  public List<Double> pages() {
    return list(shares.pages);
  }

  /** The layers that were seen, ascending: those that see the whole context. */
  public List<Integer> layers() {
    return shares.layers;
  }

  /**
   * A passage's share in each of {@link #layers}, mean over the heads.
   *
   * @throws IllegalStateException if the trace was not opened to keep them
   */
  public List<Double> layers(Passage passage) {
    if (shares.layerShare.length < shares.layers.size()) {
      throw new IllegalStateException("the trace does not keep the shares of each layer");
    }
    List<Double> result = new ArrayList<>();
    for (double[] layer : shares.layerShare) {
      result.add(layer[passage.index()] / tokens);
    }
    return result;
  }

  private List<Double> list(double[] sums) {
    List<Double> result = new ArrayList<>();
    for (double sum : sums) {
      result.add(sum / tokens);
    }
    return result;
  }
}

package io.github.quest4j.engine.trace;

import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.WeightProbe;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Traces what the tokens of an answer are read from: {@link #watch} a sequence, and after each pass
 * that predicted a token {@link #take} what that token was read from. Generated tokens do not
 * change. Layers with a window see too little to tell and are not traced.
 *
 * <p>The mean attention of a passage says little: most of it lies on the first tokens, which are a
 * place to look at where there is nothing to see, and on the latest ones, which some heads always
 * look at. What a token is copied from is read by few heads, each of which looks at little else. So
 * passages are ranked by <i>focus</i>, the mean over layers of the share that the most attentive
 * head gave, times <i>nearness</i> {@code d / (d + 128)}, d being the tokens from the passage's
 * middle to the row: a passage close by, as the question is, must hold that much more. The shares
 * told are the true ones, whatever the rank.
 *
 * <p>Memory: a few numbers per passage, page and token, and one per passage and layer where these
 * are kept. Used by one thread at a time, the one that drives the steps.
 */
public final class AttentionTrace {

  /** Tokens at a prompt's beginning that count as the attention sink. */
  public static final int SINK_TOKENS = Buckets.SINK_TOKENS;

  private static final double NEAR = 128; // tokens at whose distance a passage counts half

  private final PromptText prompt;
  private final Buckets buckets;
  private final boolean perLayer;
  private final double[] sums; // [buckets] of the row under way
  private final float[] layerSums; // [buckets] of a layer
  private final float[] headSums; // [buckets] of a head
  private final float[] most; // [buckets] of the layer's heads
  private List<Integer> layers = List.of();
  private int pageSize = 1;
  private int queryHeads;
  private int seen; // layers of the row under way
  private int position = -1; // of the row under way
  private Shares row;
  private Shares answer;

  private AttentionTrace(PromptText prompt, boolean perLayer) {
    this.prompt = prompt;
    this.perLayer = perLayer;
    buckets = new Buckets(prompt);
    sums = new double[buckets.count()];
    layerSums = new float[buckets.count()];
    headSums = new float[buckets.count()];
    most = new float[buckets.count()];
    row = new Shares(layers, buckets.passages(), 0, perLayer);
    answer = row;
  }

  /** A trace of one answer to a prompt. */
  public static AttentionTrace of(PromptText prompt) {
    return new AttentionTrace(prompt, false);
  }

  /** A trace that also keeps the shares of each layer. */
  public static AttentionTrace perLayer(PromptText prompt) {
    return new AttentionTrace(prompt, true);
  }

  /**
   * Watches the passes of a sequence from now on; a sequence has one watcher. Its tokens, those in
   * its cache already too, are the prompt's and then those generated. An answer may go on in
   * another sequence of the same engine.
   *
   * @throws IllegalArgumentException if no layer sees the whole context
   */
  public void watch(SequenceAttention sequence) {
    KvLayout layout = sequence.cache().pool().layout();
    List<Integer> full = new ArrayList<>();
    for (int layer = 0; layer < layout.layers().size(); layer++) {
      LayerShape shape = layout.layers().get(layer);
      if (shape.window() == 0) {
        full.add(layer);
      }
    }
    if (full.isEmpty()) {
      throw new IllegalArgumentException(
          "attention cannot be traced: every layer of this model sees a window only");
    }
    if (layers.isEmpty()) {
      layers = List.copyOf(full);
      pageSize = layout.pageSize();
      answer = shares();
    } else if (!layers.equals(full) || pageSize != layout.pageSize()) {
      throw new IllegalArgumentException(
          "an answer cannot go on with other layers or pages of another size");
    }
    seen = 0;
    sequence.weightProbe(this::attended);
  }

  private Shares shares() {
    int pages = Math.ceilDiv(prompt.tokens(), pageSize);
    return new Shares(layers, buckets.passages(), pages, perLayer);
  }

  private void attended(int layer, int at, WeightProbe.Weights weights) {
    if (layer == layers.getFirst()) {
      seen = 0;
      position = at;
      queryHeads = weights.queryHeads();
      row = shares();
      Arrays.fill(sums, 0);
    } else if (seen == 0 || layer != layers.get(seen) || at != position) {
      throw new IllegalStateException("layer " + layer + " was seen out of order");
    }
    Arrays.fill(layerSums, 0);
    Arrays.fill(most, 0);
    for (int head = 0; head < queryHeads; head++) {
      addHead(weights.pages(head), weights.values(), weights.offset(head));
      for (int b = 0; b < headSums.length; b++) {
        layerSums[b] += headSums[b];
        most[b] = Math.max(most[b], headSums[b]);
        headSums[b] = 0;
      }
    }
    for (int b = 0; b < sums.length; b++) {
      sums[b] += layerSums[b];
    }
    for (int p = 0; p < buckets.passages(); p++) {
      row.focus[p] += most[p] / layers.size();
      if (perLayer) {
        row.layerShare[seen][p] = layerSums[p] / queryHeads;
      }
    }
    seen++;
  }

  /** Sums the weights of a head by passage and by page. */
  private void addHead(PageList pages, float[] weights, int offset) {
    for (int i = 0; i < pages.count(); i++) {
      int page = pages.get(i);
      int end = Math.min(position + 1, (page + 1) * pageSize);
      int shift = offset + (i - page) * pageSize; // from a token to its weight
      for (int token = page * pageSize; token < end; ) {
        int runEnd = Math.min(end, buckets.end(token));
        int bucket = buckets.of(token);
        float sum = 0;
        for (; token < runEnd; token++) {
          sum += weights[shift + token];
        }
        headSums[bucket] += sum;
        if (bucket != buckets.generated()) {
          row.pages[page] += sum;
        }
      }
    }
  }

  /**
   * What the token was read from that the last pass of the sequence predicted.
   *
   * @throws IllegalStateException if there was no pass since the last one taken
   */
  public Reading take() {
    if (seen == 0 || seen < layers.size()) {
      throw new IllegalStateException("no pass was seen since the last token was taken");
    }
    seen = 0;
    double all = (double) layers.size() * queryHeads;
    for (int p = 0; p < buckets.passages(); p++) {
      Passage passage = prompt.passages().get(p);
      double middle = (passage.fromToken() + passage.toToken() - 1) / 2.0;
      double distance = Math.max(0, position - middle);
      row.share[p] = sums[p] / all;
      row.rank[p] = row.focus[p] * distance / (distance + NEAR);
    }
    for (int page = 0; page < row.pages.length; page++) {
      row.pages[page] /= all;
    }
    row.sink = sums[buckets.sink()] / all;
    row.template = sums[buckets.template()] / all;
    row.generated = sums[buckets.generated()] / all;
    row.tokens = 1;
    answer.add(row);
    return new Reading(prompt.passages(), row);
  }

  /** What the tokens taken so far were read from, mean over them. */
  public Reading answer() {
    return new Reading(prompt.passages(), answer.copy());
  }
}

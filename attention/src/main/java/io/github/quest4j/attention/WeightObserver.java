package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;

/**
 * Shows attention weights to the policies that ask for them; computed again for that, so that
 * nobody else pays.
 */
final class WeightObserver {

  private final PagedAttention attention;
  private final PageRun run = new PageRun();
  private final AttendScratch scratch = new AttendScratch();
  private final PageList all = new PageList();
  private float[] weights = new float[0]; // [pages, pageSize]

  WeightObserver(PagedAttention attention) {
    this.attention = attention;
  }

  /** Shows the weights of a query that read everything it could see. */
  void showDense(SequenceAttention sequence, int layer, float[] q, int qOffset, int position) {
    KvLayout layout = attention.pool.layout();
    int window = layout.layers().get(layer).window();
    int firstSeen = window == 0 ? 0 : Math.max(0, position - window + 1);
    all.clear();
    for (int page = firstSeen / layout.pageSize(); page * layout.pageSize() <= position; page++) {
      all.add(page);
    }
    for (int head = 0; head < attention.shape.queryHeads(); head++) {
      show(sequence, layer, q, qOffset, head, position, all);
    }
  }

  /** Shows the weights of one query head that read those pages. */
  void show(
      SequenceAttention sequence,
      int layer,
      float[] q,
      int qOffset,
      int queryHead,
      int position,
      PageList pages) {
    KvLayout layout = attention.pool.layout();
    LayerShape shape = layout.layers().get(layer);
    int pageSize = layout.pageSize();
    KvCache cache = sequence.cache();
    int kvHead = queryHead / (attention.shape.queryHeads() / shape.kvHeads());
    DecodeStep.fill(
        run, attention.pool, cache, layer, kvHead, pages, 0, pages.count(), position + 1);
    int tokens = pages.count() * pageSize;
    if (weights.length < tokens) {
      weights = new float[tokens];
    }
    attention
        .kernels
        .attend()
        .scores(
            run,
            q,
            qOffset + queryHead * shape.headDim(),
            1,
            attention.shape.scale(),
            scratch,
            weights,
            0,
            tokens);
    float max = attention.kernels.attend().max(weights, 0, tokens);
    double sum = attention.kernels.attend().expInPlace(weights, 0, tokens, max);
    for (int i = 0; i < tokens; i++) {
      weights[i] = (float) (weights[i] / sum);
    }
    sequence.state().observe(layer, queryHead, position, pages, weights);
  }
}

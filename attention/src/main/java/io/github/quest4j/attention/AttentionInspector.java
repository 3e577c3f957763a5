package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.ScoreScratch;

/**
 * The truth behind a decode step, and what the digests say of it: for evaluation, called by a
 * {@link StepProbe}. It reads what selection is meant to save. One thread.
 */
public final class AttentionInspector {

  private final PageRun run = new PageRun();
  private final AttendScratch attend = new AttendScratch();
  private final PageList all = new PageList();

  /**
   * The scaled scores q.k of every token of a layer, the current one included, for the query heads
   * of one KV head; minus infinity for what a window hides.
   *
   * @param q {@code [queryHeads, headDim]} at {@code qOffset}, as the probe was given them
   * @param out becomes {@code [group, pages * pageSize]}; room for that is needed
   * @return numbers of a head in {@code out}
   */
  public int scores(
      SequenceAttention sequence, int layer, int kvHead, float[] q, int qOffset, float[] out) {
    PagedAttention attention = sequence.attention();
    KvCache cache = sequence.cache();
    int pageSize = attention.pool.layout().pageSize();
    all.clear();
    for (int page = cache.firstPage(layer); page < cache.pages(layer); page++) {
      all.add(page);
    }
    DecodeStep.fill(run, attention.pool, cache, layer, kvHead, all, 0, all.count(), cache.extent());
    int stride = all.count() * pageSize;
    int group = group(sequence, layer);
    int headDim = attention.pool.layout().layers().get(layer).headDim();
    attention
        .kernels
        .attend()
        .scores(
            run,
            q,
            qOffset + kvHead * group * headDim,
            group,
            attention.shape.scale(),
            attend,
            out,
            0,
            stride);
    return stride;
  }

  /** Query heads that share a KV head of a layer. */
  public int group(SequenceAttention sequence, int layer) {
    PagedAttention attention = sequence.attention();
    return attention.shape.queryHeads() / attention.pool.layout().layers().get(layer).kvHeads();
  }

  /** Factor of q.k in the attention. */
  public float scale(SequenceAttention sequence) {
    return sequence.attention().shape.scale();
  }

  /** Whether {@link #estimates} can say anything for this sequence. */
  public boolean estimatesMass(SequenceAttention sequence) {
    return sequence.attention().scorer.estimatesMass();
  }

  /**
   * What the digests of full pages before the current one tell of their masses.
   *
   * @param masses becomes {@code [group, stride]}: estimated log masses
   * @param deviations likewise their standard deviations, 0 where masses are exact
   * @param stride at least the pages of the layer
   * @return pages estimated
   * @throws IllegalStateException unless {@link #estimatesMass}
   */
  public int estimates(
      SequenceAttention sequence,
      int layer,
      int kvHead,
      float[] q,
      int qOffset,
      float[] masses,
      float[] deviations,
      int stride) {
    PagedAttention attention = sequence.attention();
    if (!attention.scorer.estimatesMass()) {
      throw new IllegalStateException(
          "scorer " + attention.scorer.name() + " does not estimate masses");
    }
    int group = group(sequence, layer);
    int headDim = attention.pool.layout().layers().get(layer).headDim();
    int pages = sequence.cache().pages(layer) - 1;
    ScoreScratch scratch =
        attention.scorer.scratch(headDim, group, attention.pool.layout().pageSize());
    float[] scores = new float[group * stride];
    attention.scorer.score(
        sequence.cache(),
        layer,
        kvHead,
        q,
        qOffset + kvHead * group * headDim,
        group,
        attention.shape.scale(),
        0,
        pages,
        scores,
        0,
        stride,
        masses,
        scratch);
    attention.scorer.deviations(
        sequence.cache(), layer, kvHead, 0, pages, deviations, 0, stride, scratch);
    return pages;
  }
}

package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.ScoreKernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The scorers with two numbers per channel, one product each: {@code minmax}, the bound of the
 * paper (section 3.3), and {@code meanstd} (arXiv 2605.27740).
 *
 * <p>With minimum m and maximum M, {@code sum_i max(q_i m_i, q_i M_i) = m . min(q, 0) + M . max(q,
 * 0)}, since the sign of q_i alone decides; it is at least q.k for every key k of the page. With
 * mean and deviation the score is {@code mean . q + deviation . |q|}.
 */
final class PairScorer extends DigestScorer {

  /** The factors of a digest's two numbers per channel, for every query head. */
  static final class Query extends ScoreScratch {
    final float[] factors; // [heads, 2 * headDim], arranged for halves
    private final float[] channels; // [2 * headDim]

    Query(int headDim, int maxGroup, ScoreKernels kernels) {
      super(headDim, maxGroup);
      int heads = (maxGroup + ScoreKernels.HEADS - 1) / ScoreKernels.HEADS * ScoreKernels.HEADS;
      factors = new float[heads * Math.max(2 * headDim, kernels.arranged(2 * headDim))];
      channels = new float[2 * headDim];
    }
  }

  private final boolean bounds;

  private PairScorer(String name, boolean bounds, Kernels kernels) {
    super(kernels, new PairDigest(name, bounds, kernels));
    this.bounds = bounds;
  }

  static PairScorer minMax(Kernels kernels) {
    return new PairScorer("minmax", true, kernels);
  }

  static PairScorer meanStd(Kernels kernels) {
    return new PairScorer("meanstd", false, kernels);
  }

  @Override
  public boolean logMass() {
    return false;
  }

  @Override
  public boolean estimatesMass() {
    return false;
  }

  @Override
  public ScoreScratch scratch(int headDim, int maxGroup, int pageSize) {
    return new Query(headDim, maxGroup, kernels.score());
  }

  @Override
  public void prepare(
      KvCache cache,
      int layer,
      int kvHead,
      float[] q,
      int qOffset,
      int queryHeads,
      float scale,
      ScoreScratch scratch) {
    KvLayout layout = cache.pool().layout();
    int headDim = layout.layers().get(layer).headDim();
    Query query = (Query) scratch;
    query.set(headDim, queryHeads, scale);
    ScoreKernels score = kernels.score();
    for (int h = 0; h < queryHeads; h++) {
      for (int c = 0; c < headDim; c++) {
        float channel = q[qOffset + h * headDim + c];
        query.channels[c] = bounds ? Math.min(channel, 0) : channel;
        query.channels[headDim + c] = bounds ? Math.max(channel, 0) : Math.abs(channel);
      }
      int dim = 2 * headDim;
      switch (layout.type()) {
        case F16 -> score.arrange(query.channels, 0, dim, query.factors, h * score.arranged(dim));
        case F32 -> System.arraycopy(query.channels, 0, query.factors, h * dim, dim);
      }
    }
  }

  @Override
  void scoreRun(
      KvLayout layout,
      int headDim,
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      float[] scores,
      int at,
      int outStride,
      float[] masses,
      ScoreScratch scratch) {
    Query query = (Query) scratch;
    ScoreKernels score = kernels.score();
    int heads = query.queryHeads();
    int dim = 2 * headDim;
    for (int h = 0; h < heads; h++) {
      Arrays.fill(scores, at + h * outStride, at + h * outStride + count, 0);
    }
    switch (layout.type()) {
      case F16 ->
          score.addDotsHalf(
              digests, offset, stride, count, dim, query.factors, heads, 1, scores, at, outStride);
      case F32 ->
          score.addDotsFloat(
              digests, offset, stride, count, dim, query.factors, heads, 1, scores, at, outStride);
    }
  }
}

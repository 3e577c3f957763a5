package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.ScoreKernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.KvType;
import java.lang.foreign.MemorySegment;

/**
 * The scorers with two numbers per channel, one product each: {@code minmax}, the bound of the
 * paper (section 3.3), and {@code meanstd} (arXiv 2605.27740).
 *
 * <p>With minimum m and maximum M, {@code sum_i max(q_i m_i, q_i M_i) = m . min(q, 0) + M . max(q,
 * 0)}, since the sign of q_i alone decides; it is at least q.k for every key k of the page. With
 * mean and deviation the score is {@code mean . q + deviation . |q|}.
 */
final class PairScorer extends DigestScorer {

  /** The two factors of the digest's halves, for every query head. */
  static final class Query extends ScoreScratch {
    final float[] low; // [heads, headDim], arranged for halves
    final float[] high;
    private final float[] channels; // [headDim]

    Query(int headDim, int maxGroup, ScoreKernels kernels) {
      super(headDim, maxGroup);
      int heads = (maxGroup + ScoreKernels.HEADS - 1) / ScoreKernels.HEADS * ScoreKernels.HEADS;
      low = new float[heads * Math.max(headDim, kernels.arranged(headDim))];
      high = new float[low.length];
      channels = new float[headDim];
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
    for (int h = 0; h < queryHeads; h++) {
      for (boolean high : new boolean[] {false, true}) {
        for (int c = 0; c < headDim; c++) {
          query.channels[c] = factor(q[qOffset + h * headDim + c], high);
        }
        lay(layout.type(), query.channels, h, headDim, high ? query.high : query.low);
      }
    }
  }

  private float factor(float q, boolean high) {
    if (bounds) {
      return high ? Math.max(q, 0) : Math.min(q, 0);
    }
    return high ? Math.abs(q) : q;
  }

  private void lay(KvType type, float[] channels, int head, int headDim, float[] target) {
    ScoreKernels score = kernels.score();
    switch (type) {
      case F16 -> score.arrange(channels, 0, headDim, target, head * score.arranged(headDim));
      case F32 -> System.arraycopy(channels, 0, target, head * headDim, headDim);
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
    switch (layout.type()) {
      case F16 ->
          score.pairsHalf(
              digests,
              offset,
              stride,
              count,
              headDim,
              query.low,
              query.high,
              heads,
              scores,
              at,
              outStride);
      case F32 ->
          score.pairsFloat(
              digests,
              offset,
              stride,
              count,
              headDim,
              query.low,
              query.high,
              heads,
              scores,
              at,
              outStride);
    }
  }
}

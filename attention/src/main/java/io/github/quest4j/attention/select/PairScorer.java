package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import java.lang.foreign.MemorySegment;

/**
 * The scorers with two numbers per channel, one product each: {@code minmax}, the bound of the
 * paper (section 3.3), and {@code meanstd} (arXiv 2605.27740).
 *
 * <p>With minimum m and maximum M, {@code sum_i max(q_i m_i, q_i M_i) = m . min(q, 0) + M . max(q,
 * 0)}, since the sign of q_i alone decides; it is at least q.k for every key k of the page. It is
 * also {@code q . (m + M) / 2 + |q| . (M - m) / 2}: {@code shrunk} takes a part of the second term,
 * which no key of a page reaches in all channels at once, and is no bound any more. With mean and
 * deviation the score is {@code mean . q + deviation . |q|}.
 */
final class PairScorer extends DigestScorer {

  /** The factors of a digest's two numbers per channel, for every query head. */
  static final class Query extends ScoreScratch {
    final float[] factors; // [heads, 2 * headDim]

    Query(int headDim, int maxGroup) {
      super(headDim, maxGroup);
      factors = new float[maxGroup * 2 * headDim];
    }
  }

  /** Of the range term, where it is shrunk. */
  private static final float SHRUNK = 0.6f;

  private final boolean bounds;
  private final float range; // part of the range term that counts

  private PairScorer(String name, boolean bounds, float range, Kernels kernels) {
    super(kernels, new PairDigest(name, bounds, kernels));
    this.bounds = bounds;
    this.range = range;
  }

  static PairScorer minMax(Kernels kernels) {
    return new PairScorer("minmax", true, 1, kernels);
  }

  static PairScorer shrunk(Kernels kernels) {
    return new PairScorer("shrunk", true, SHRUNK, kernels);
  }

  static PairScorer meanStd(Kernels kernels) {
    return new PairScorer("meanstd", false, 1, kernels);
  }

  @Override
  public ScoreScratch scratch(int headDim, int maxGroup, int pageSize) {
    return new Query(headDim, maxGroup);
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
    float factor = kernels.score().queryFactor(layout.type());
    for (int h = 0; h < queryHeads; h++) {
      int low = 2 * h * headDim;
      for (int c = 0; c < headDim; c++) {
        float channel = q[qOffset + h * headDim + c] * factor;
        float size = range * Math.abs(channel);
        query.factors[low + c] = bounds ? (channel - size) / 2 : channel;
        query.factors[low + headDim + c] = bounds ? (channel + size) / 2 : size;
      }
    }
  }

  @Override
  void scoreBlock(
      KvLayout layout,
      int headDim,
      MemorySegment digests,
      long block,
      float[] scores,
      int at,
      int outStride,
      float[] masses,
      ScoreScratch scratch) {
    float[] factors = ((Query) scratch).factors;
    int heads = scratch.queryHeads();
    kernels
        .score()
        .dots(layout.type(), digests, block, 2 * headDim, factors, heads, scores, at, outStride);
  }
}

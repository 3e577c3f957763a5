package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import java.lang.foreign.MemorySegment;

/**
 * The paper's bound from minima and maxima in 8 bits: with {@code o + s u} the bound that counts
 * for the sign of each query channel, {@code sum_i q_i (o + s u_i) = o sum_i q_i + s sum_i q_i
 * u_i}.
 */
final class BoundsScorer extends DigestScorer {

  /** A query and the sum of its channels. */
  static final class Query extends ScoreScratch {
    final float[] q; // [heads, headDim]
    final float[] sums; // [heads]

    Query(int headDim, int maxGroup) {
      super(headDim, maxGroup);
      q = new float[maxGroup * headDim];
      sums = new float[maxGroup];
    }
  }

  BoundsScorer(Kernels kernels) {
    super(kernels, new BoundsDigest(kernels));
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
    int headDim = cache.pool().layout().layers().get(layer).headDim();
    Query query = (Query) scratch;
    query.set(headDim, queryHeads, scale);
    System.arraycopy(q, qOffset, query.q, 0, queryHeads * headDim);
    for (int h = 0; h < queryHeads; h++) {
      double sum = 0;
      for (int c = 0; c < headDim; c++) {
        sum += query.q[h * headDim + c];
      }
      query.sums[h] = (float) sum;
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
    Query query = (Query) scratch;
    int heads = query.queryHeads();
    kernels
        .score()
        .bounds(digests, block, headDim, query.q, query.sums, heads, scores, at, outStride);
  }
}

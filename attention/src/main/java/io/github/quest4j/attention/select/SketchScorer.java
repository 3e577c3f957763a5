package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.ScoreKernels;
import io.github.quest4j.attention.kernel.SketchLayout;
import io.github.quest4j.attention.kernel.SketchTables;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import java.lang.foreign.MemorySegment;

/**
 * Estimated log mass of a page from its {@link SketchDigest}: {@code scale q.mean + log sum_j
 * exp(scale s_j (Rq . sign r_j))}. Pages are chosen by the least-squares scale; masses use the
 * unbiased one.
 */
final class SketchScorer extends DigestScorer {

  /** The query as it meets the mean, and rotated as it meets the signs. */
  static final class Query extends ScoreScratch {
    final float[] plain; // [heads, headDim], scaled
    final float[] rotated; // [heads, headDim]
    SketchTables tables;

    private SketchLayout layout = SketchDigest.layout(KvType.F16, 16, 16);

    Query(int headDim, int maxGroup) {
      super(headDim, maxGroup);
      plain = new float[maxGroup * headDim];
      rotated = new float[maxGroup * headDim];
      tables = new SketchTables(maxGroup, headDim);
    }

    /** The layout of the digests being scored, nearly always that of the call before. */
    SketchLayout layout(KvType type, int headDim, int pageSize) {
      boolean half = type == KvType.F16;
      if (layout.headDim() != headDim || layout.pageSize() != pageSize || layout.half() != half) {
        layout = SketchDigest.layout(type, headDim, pageSize);
      }
      return layout;
    }
  }

  private final SketchDigest sketch;

  SketchScorer(Kernels kernels) {
    this(kernels, new SketchDigest(kernels));
  }

  private SketchScorer(Kernels kernels, SketchDigest sketch) {
    super(kernels, sketch);
    this.sketch = sketch;
  }

  @Override
  public boolean logMass() {
    return true;
  }

  @Override
  public boolean estimatesMass() {
    return true;
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
    if (query.tables.dim() != headDim) {
      query.tables = new SketchTables(query.maxGroup(), headDim); // layers of another head dim
    }
    System.arraycopy(q, qOffset, query.rotated, 0, queryHeads * headDim);
    ScoreKernels score = kernels.score();
    float factor = scale * score.queryFactor(layout.type());
    for (int i = 0; i < queryHeads * headDim; i++) {
      query.plain[i] = q[qOffset + i] * factor;
    }
    for (int h = 0; h < queryHeads; h++) {
      kernels.seal().rotate(query.rotated, h * headDim, sketch.rotation(headDim));
      if (layout.type() == KvType.F16) {
        score.fillTables(query.tables, h, query.rotated, h * headDim);
      }
    }
  }

  @Override
  void scoreBlock(
      KvLayout kv,
      int headDim,
      MemorySegment digests,
      long block,
      float[] scores,
      int at,
      int outStride,
      float[] masses,
      ScoreScratch scratch) {
    Query query = (Query) scratch;
    SketchLayout layout = query.layout(kv.type(), headDim, kv.pageSize());
    ScoreKernels score = kernels.score();
    int heads = query.queryHeads();
    float scale = query.scale();
    score.dots(kv.type(), digests, block, headDim, query.plain, heads, scores, at, outStride);
    switch (kv.type()) {
      case F16 ->
          score.sketchHalf(
              digests, block, layout, query.tables, heads, scale, scores, at, outStride, masses);
      case F32 ->
          score.sketchFloat(
              digests, block, layout, query.rotated, heads, scale, scores, at, outStride, masses);
    }
  }
}

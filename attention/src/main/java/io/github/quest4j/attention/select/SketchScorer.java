package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.Rotation;
import io.github.quest4j.attention.kernel.ScoreKernels;
import io.github.quest4j.attention.kernel.SketchLayout;
import io.github.quest4j.attention.kernel.SketchTables;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
    final float[] squares; // [heads], of the rotated query's size
    final float[] spreads = new float[ScoreKernels.LANES]; // of a block's pages
    SketchTables tables;

    private SketchLayout layout = SketchDigest.layout(KvType.F16, 16, 16);

    Query(int headDim, int maxGroup) {
      super(headDim, maxGroup);
      plain = new float[maxGroup * headDim];
      rotated = new float[maxGroup * headDim];
      squares = new float[maxGroup];
      tables = new SketchTables(maxGroup, headDim);
    }

    /** Variance of a head's unbiased estimates on a page whose spread is one. */
    float variance(int head) {
      float dim = tables.dim();
      return dim < 2 ? 0 : scale() * scale() * squares[head] * dim / (dim - 1);
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

  /**
   * The exponential of an uncertain number is too high in the mean: by half the variance in logs
   * were the errors of a page's tokens normal and the mass of one token; a quarter was right in the
   * mean on three models.
   */
  private static final float EXCESS = 0.25f;

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
    // Without a full page nothing will be scored.
    Rotation rotation =
        cache.common(layer, kvHead) instanceof SketchDigest.Balance balance
            ? balance.queries()
            : sketch.rotation(headDim);
    for (int h = 0; h < queryHeads; h++) {
      kernels.seal().rotate(query.rotated, h * headDim, rotation);
      query.squares[h] = square(query.rotated, h * headDim, headDim);
      if (layout.type() == KvType.F16) {
        score.fillTables(query.tables, h, query.rotated, h * headDim);
      }
    }
  }

  private static float square(float[] x, int from, int count) {
    float square = 0;
    for (int i = from; i < from + count; i++) {
      square += x[i] * x[i];
    }
    return square;
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
    if (masses.length != 0) {
      for (int lane = 0; lane < ScoreKernels.LANES; lane++) {
        query.spreads[lane] = EXCESS * spread(kv.type(), digests, block, layout, lane);
      }
      for (int h = 0; h < heads; h++) {
        float variance = query.variance(h);
        int row = at + h * outStride;
        for (int lane = 0; lane < ScoreKernels.LANES; lane++) {
          masses[row + lane] -= query.spreads[lane] * variance;
        }
      }
    }
  }

  private static float spread(
      KvType type, MemorySegment digests, long block, SketchLayout layout, int lane) {
    long at = block + layout.spreadsOffset() + (long) lane * layout.elementBytes();
    return switch (type) {
      case F16 -> Float.float16ToFloat(digests.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case F32 -> digests.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
    };
  }

  @Override
  public void deviations(
      KvCache cache,
      int layer,
      int kvHead,
      int fromPage,
      int toPage,
      float[] out,
      int offset,
      int stride,
      ScoreScratch scratch) {
    requireScorable(cache, layer, fromPage, toPage);
    PagePool pool = cache.pool();
    KvLayout kv = pool.layout();
    Query query = (Query) scratch;
    SketchLayout layout = query.layout(kv.type(), kv.layers().get(layer).headDim(), kv.pageSize());
    for (int page = fromPage; page < toPage; page++) {
      int physical = cache.page(layer, page);
      MemorySegment digests = pool.digestSlab(pool.group(layer), physical);
      long block = pool.digestOffset(layer, physical, kvHead);
      float spread = spread(kv.type(), digests, block, layout, pool.digestLane(physical));
      for (int h = 0; h < query.queryHeads(); h++) {
        out[offset + h * stride + page] = (float) Math.sqrt(spread * query.variance(h));
      }
    }
  }
}

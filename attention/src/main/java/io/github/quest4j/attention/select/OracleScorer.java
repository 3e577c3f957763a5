package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.ScoreKernels;
import io.github.quest4j.attention.kv.DigestFormat;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The true log mass of a page, {@code log sum_j exp(scale q.k_j)}, from the keys themselves: the
 * best that a choice of pages can do. It reads what it is meant to save, and is for evaluation. It
 * works on the pages of any pool.
 */
final class OracleScorer implements PageScorer {

  /** The query as the kernels read it. */
  static final class Query extends ScoreScratch {
    final float[] q; // [heads, headDim], arranged for halves

    Query(int headDim, int maxGroup, ScoreKernels kernels) {
      super(headDim, maxGroup);
      int heads = (maxGroup + ScoreKernels.HEADS - 1) / ScoreKernels.HEADS * ScoreKernels.HEADS;
      q = new float[heads * Math.max(headDim, kernels.arranged(headDim))];
    }
  }

  /** Nothing is kept. */
  private record NoDigest() implements DigestFormat {
    @Override
    public String name() {
      return "oracle";
    }

    @Override
    public int bytes(KvType type, int headDim, int pageSize) {
      return 0;
    }

    @Override
    public void seal(
        KvType type,
        int headDim,
        int pageSize,
        MemorySegment keys,
        long keysOffset,
        MemorySegment digest,
        long digestOffset) {}
  }

  private final Kernels kernels;
  private final DigestFormat digest = new NoDigest();

  OracleScorer(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return digest.name();
  }

  @Override
  public DigestFormat digest() {
    return digest;
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
    switch (layout.type()) {
      case F16 -> {
        for (int h = 0; h < queryHeads; h++) {
          int arranged = score.arranged(headDim);
          score.arrange(q, qOffset + h * headDim, headDim, query.q, h * arranged);
        }
      }
      case F32 -> System.arraycopy(q, qOffset, query.q, 0, queryHeads * headDim);
    }
  }

  @Override
  public void scorePrepared(
      KvCache cache,
      int layer,
      int kvHead,
      int fromPage,
      int toPage,
      float[] scores,
      int scoresOffset,
      int stride,
      float[] masses,
      ScoreScratch scratch) {
    DigestScorer.requireScorable(cache, layer, fromPage, toPage);
    PagePool pool = cache.pool();
    KvLayout layout = pool.layout();
    int pageSize = layout.pageSize();
    int headDim = layout.layers().get(layer).headDim();
    int group = pool.group(layer);
    Query query = (Query) scratch;
    int heads = query.queryHeads();
    ScoreKernels score = kernels.score();
    float[] logits = new float[heads * pageSize];
    for (int page = fromPage; page < toPage; page++) {
      int physical = cache.page(layer, page);
      MemorySegment slab = pool.slab(group, physical);
      long keys = pool.keyOffset(layer, physical, kvHead);
      long row = (long) headDim * layout.type().bytes();
      Arrays.fill(logits, 0);
      switch (layout.type()) {
        case F16 ->
            score.addDotsHalf(
                slab,
                keys,
                row,
                pageSize,
                headDim,
                query.q,
                heads,
                query.scale(),
                logits,
                0,
                pageSize);
        case F32 ->
            score.addDotsFloat(
                slab,
                keys,
                row,
                pageSize,
                headDim,
                query.q,
                heads,
                query.scale(),
                logits,
                0,
                pageSize);
      }
      for (int h = 0; h < heads; h++) {
        float mass = score.logSumExp(logits, h * pageSize, pageSize);
        scores[scoresOffset + h * stride + page] = mass;
        if (masses.length != 0) {
          masses[scoresOffset + h * stride + page] = mass;
        }
      }
    }
  }
}

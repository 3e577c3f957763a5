package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.DigestFormat;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.lang.foreign.MemorySegment;

/**
 * The true log mass of a page, {@code log sum_j exp(scale q.k_j)}, from the keys themselves: the
 * best that a choice of pages can do. It reads what it is meant to save, and is for evaluation. It
 * works on the pages of any pool.
 */
final class OracleScorer implements PageScorer {

  /** Pages whose tokens are scored at a time. */
  private static final int PAGES = 32;

  /** The query, and what the kernels walk over. */
  static final class Query extends ScoreScratch {
    final float[] q; // [heads, headDim]
    final PageRun run = new PageRun();
    final AttendScratch attend = new AttendScratch();
    final float[] logits; // [heads, PAGES, pageSize]

    Query(int headDim, int maxGroup, int pageSize) {
      super(headDim, maxGroup);
      q = new float[maxGroup * headDim];
      logits = new float[maxGroup * PAGES * pageSize];
    }
  }

  /** Nothing is kept. */
  private record NoDigest() implements DigestFormat {
    @Override
    public String name() {
      return "oracle";
    }

    @Override
    public int blockBytes(KvType type, int headDim, int pageSize) {
      return 0;
    }

    @Override
    public void seal(
        Common common,
        KvType type,
        int headDim,
        int pageSize,
        MemorySegment keys,
        long keysOffset,
        MemorySegment digests,
        long blockOffset,
        int lane) {}
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
    return new Query(headDim, maxGroup, pageSize);
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
    for (int from = fromPage; from < toPage; from += PAGES) {
      int to = Math.min(toPage, from + PAGES);
      query.run.reset(layout.type(), headDim, pageSize);
      for (int page = from; page < to; page++) {
        int physical = cache.page(layer, page);
        query.run.add(
            pool.slab(group, physical),
            pool.keyOffset(layer, physical, kvHead),
            pool.valueOffset(layer, physical, kvHead));
      }
      int width = (to - from) * pageSize;
      kernels
          .attend()
          .scores(
              query.run, query.q, 0, heads, query.scale(), query.attend, query.logits, 0, width);
      for (int h = 0; h < heads; h++) {
        for (int page = from; page < to; page++) {
          int at = h * width + (page - from) * pageSize;
          float mass = kernels.score().logSumExp(query.logits, at, pageSize);
          int out = scoresOffset + h * stride + page;
          scores[out] = mass;
          if (masses.length != 0) {
            masses[out] = mass;
          }
        }
      }
    }
  }
}

package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.DigestFormat;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.lang.foreign.MemorySegment;

/** What the scorers that read digests share: logical pages become runs of digests in memory. */
abstract sealed class DigestScorer implements PageScorer permits PairScorer, SketchScorer {

  private final DigestFormat digest;
  final Kernels kernels;

  DigestScorer(Kernels kernels, DigestFormat digest) {
    this.kernels = kernels;
    this.digest = digest;
  }

  @Override
  public String name() {
    return digest.name();
  }

  @Override
  public DigestFormat digest() {
    return digest;
  }

  /** Scores {@code count} digests that lie {@code stride} bytes apart. */
  abstract void scoreRun(
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
      ScoreScratch scratch);

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
    PagePool pool = cache.pool();
    KvLayout layout = pool.layout();
    if (!layout.digest().name().equals(digest.name())) {
      throw new IllegalArgumentException(
          "scorer " + digest.name() + " cannot read digests of " + layout.digest().name());
    }
    requireScorable(cache, layer, fromPage, toPage);
    int headDim = layout.layers().get(layer).headDim();
    int group = pool.group(layer);
    int slabMask = pool.pagesPerSlab() - 1;
    int from = fromPage;
    while (from < toPage) {
      int first = cache.page(layer, from);
      int to = from + 1;
      int next = first + 1;
      while (to < toPage && cache.page(layer, to) == next && (next & slabMask) != 0) {
        to++;
        next++;
      }
      scoreRun(
          layout,
          headDim,
          pool.digestSlab(group, first),
          pool.digestOffset(layer, first, kvHead),
          pool.digestStride(layer),
          to - from,
          scores,
          scoresOffset + from,
          stride,
          masses,
          scratch);
      from = to;
    }
  }

  static void requireScorable(KvCache cache, int layer, int fromPage, int toPage) {
    if (fromPage < cache.firstPage(layer) || toPage > cache.sealedPages(layer)) {
      throw new IllegalArgumentException(
          "pages "
              + fromPage
              + ".."
              + toPage
              + " to score are not within the full pages "
              + cache.firstPage(layer)
              + ".."
              + cache.sealedPages(layer));
    }
  }
}

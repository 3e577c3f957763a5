package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.DigestFormat;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.lang.foreign.MemorySegment;

/** What the scorers that read digests share: logical pages become lanes of blocks of digests. */
abstract sealed class DigestScorer implements PageScorer
    permits PairScorer, BoundsScorer, SketchScorer {

  private static final int LANES = DigestFormat.PAGES;

  /** Bytes fetched at a time: in one go memory is read faster, and they stay in the cache. */
  private static final int FETCHED = 24 * 1024;

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

  @Override
  public boolean logMass() {
    return false;
  }

  @Override
  public boolean estimatesMass() {
    return false;
  }

  /**
   * Scores a block of digests: lane i of head h goes to {@code scores[at + h * outStride + i]}.
   *
   * @param masses likewise; empty where they are not wanted
   */
  abstract void scoreBlock(
      KvLayout layout,
      int headDim,
      MemorySegment digests,
      long block,
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
    int from = fromPage;
    int fetched = fromPage;
    while (from < toPage) {
      int first = cache.page(layer, from);
      int lane = pool.digestLane(first);
      int count = 1;
      while (from + count < toPage
          && lane + count < LANES
          && cache.page(layer, from + count) == first + count) {
        count++;
      }
      MemorySegment digests = pool.digestSlab(group, first);
      long block = pool.digestOffset(layer, first, kvHead);
      int at = scoresOffset + from;
      if (count == LANES && from >= fetched) {
        int blocks = blocksInARow(cache, layer, kvHead, from, toPage);
        kernels.score().fetch(digests, block, blocks * LANES * pool.digestBytes(layer));
        fetched = from + blocks * LANES;
      }
      if (count == LANES) {
        scoreBlock(layout, headDim, digests, block, scores, at, stride, masses, scratch);
      } else {
        float[] some = masses.length == 0 ? masses : scratch.blockMasses;
        scoreBlock(layout, headDim, digests, block, scratch.block, 0, LANES, some, scratch);
        for (int h = 0; h < scratch.queryHeads(); h++) {
          int own = h * LANES + lane;
          System.arraycopy(scratch.block, own, scores, at + h * stride, count);
          if (masses.length != 0) {
            System.arraycopy(some, own, masses, at + h * stride, count);
          }
        }
      }
      from += count;
    }
  }

  /**
   * Full blocks from a page on that lie behind each other, at most as many as are fetched. In the
   * next slab offsets begin anew.
   */
  private static int blocksInARow(KvCache cache, int layer, int kvHead, int from, int to) {
    PagePool pool = cache.pool();
    int first = cache.page(layer, from);
    long begin = pool.digestOffset(layer, first, kvHead);
    long blockBytes = (long) LANES * pool.digestBytes(layer);
    int most = (int) Math.max(1, FETCHED / blockBytes);
    int blocks = 1;
    while (blocks < most && from + (blocks + 1) * LANES <= to) {
      int page = first + blocks * LANES;
      if (cache.page(layer, from + blocks * LANES) != page
          || cache.page(layer, from + (blocks + 1) * LANES - 1) != page + LANES - 1
          || pool.digestOffset(layer, page, kvHead) != begin + blocks * blockBytes) {
        break;
      }
      blocks++;
    }
    return blocks;
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

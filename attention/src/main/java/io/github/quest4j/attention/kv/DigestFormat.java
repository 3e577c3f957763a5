package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.KvType;
import java.lang.foreign.MemorySegment;

/**
 * What a scorer keeps of a page: the layout of digests, and how one is made from the keys of a full
 * page.
 *
 * <p>The digests of {@link #PAGES} pages that follow each other in memory share a block, one lane
 * each, so that a kernel scores as many pages at a time as a vector has lanes, and reads them in
 * one stream.
 *
 * <p>A digest is made ("sealed") by the append that fills its page and never changes while the page
 * is leased: the current page is always attended and never scored, so a page that is not full needs
 * none.
 */
public interface DigestFormat {

  /** Pages of a block. */
  int PAGES = 16;

  /** Name of the scorer that reads it, for messages. */
  String name();

  /** Bytes of a block; 0 where nothing is kept. The pool rounds up to a multiple of 64. */
  int blockBytes(KvType type, int headDim, int pageSize);

  /** Bytes that one page and KV head take of its block. */
  default int bytes(KvType type, int headDim, int pageSize) {
    return Math.ceilDiv(blockBytes(type, headDim, pageSize), PAGES);
  }

  /**
   * Makes the digest of one full page of one KV head.
   *
   * @param keys segment that holds the page's keys at {@code keysOffset}, laid out as {@link
   *     io.github.quest4j.attention.kernel.KeyLayout} says
   * @param digests segment whose {@link #blockBytes} bytes from {@code blockOffset} on are the
   *     block
   * @param lane the page's place in the block, below {@link #PAGES}; other lanes are left alone
   */
  void seal(
      KvType type,
      int headDim,
      int pageSize,
      MemorySegment keys,
      long keysOffset,
      MemorySegment digests,
      long blockOffset,
      int lane);
}

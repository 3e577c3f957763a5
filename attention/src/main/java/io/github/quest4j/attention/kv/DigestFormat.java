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
   * What the digests of a sequence's pages have in common, made from the keys of its first page
   * when that is full. Sequences that share a page share all before it, and so have this in common
   * too.
   */
  interface Common {

    /** Where a format needs nothing. */
    Common NOTHING = new Common() {};
  }

  /**
   * What the digests of one KV head have in common.
   *
   * @param keys segment that holds the first page's keys at {@code keysOffset}
   */
  default Common common(
      KvType type, int headDim, int pageSize, MemorySegment keys, long keysOffset) {
    return Common.NOTHING;
  }

  /**
   * Makes the digest of one full page of one KV head.
   *
   * @param common made by {@link #common} from the sequence's first page
   * @param keys segment that holds the page's keys at {@code keysOffset}, laid out as {@link
   *     io.github.quest4j.attention.kernel.KeyLayout} says
   * @param digests segment whose {@link #blockBytes} bytes from {@code blockOffset} on are the
   *     block
   * @param lane the page's place in the block, below {@link #PAGES}; other lanes are left alone
   */
  void seal(
      Common common,
      KvType type,
      int headDim,
      int pageSize,
      MemorySegment keys,
      long keysOffset,
      MemorySegment digests,
      long blockOffset,
      int lane);
}

package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.KvType;
import java.lang.foreign.MemorySegment;

/**
 * What a scorer keeps of a page: the layout of one digest, and how it is made from the keys of a
 * full page.
 *
 * <p>A digest is made ("sealed") by the append that fills its page and never changes while the page
 * is leased: the current page is always attended and never scored, so a page that is not full needs
 * none.
 */
public interface DigestFormat {

  /** Name of the scorer that reads it, for messages. */
  String name();

  /** Bytes of one digest; 0 where nothing is kept. The pool rounds up to a multiple of 32. */
  int bytes(KvType type, int headDim, int pageSize);

  /**
   * Makes the digest of one full page of one KV head.
   *
   * @param keys segment that holds the page's keys at {@code keysOffset}, laid out as {@link
   *     io.github.quest4j.attention.kernel.KeyLayout} says
   * @param digest segment to write {@link #bytes} bytes to at {@code digestOffset}
   */
  void seal(
      KvType type,
      int headDim,
      int pageSize,
      MemorySegment keys,
      long keysOffset,
      MemorySegment digest,
      long digestOffset);
}

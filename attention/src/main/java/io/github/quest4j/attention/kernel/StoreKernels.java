package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/** How keys and values get into pages and out of them. */
public interface StoreKernels {

  /**
   * Narrows floats to IEEE halves, rounding to nearest even. Values beyond the range, infinities
   * too, become ±65504, so that readers need no case for them.
   */
  void toHalf(float[] source, int offset, MemorySegment target, long targetOffset, int count);

  /**
   * Writes one key into its page, as {@link KeyLayout} says; halves are made as by {@link #toHalf}.
   *
   * @param key {@code [headDim]} at {@code offset}
   * @param page where the page's keys begin in {@code target}
   * @param token of the page
   */
  void storeKey(
      KvType type,
      float[] key,
      int offset,
      int headDim,
      MemorySegment target,
      long page,
      int pageSize,
      int token);

  /**
   * Reads all keys of a page, exactly.
   *
   * @param page where the page's keys begin in {@code source}
   * @param keys becomes {@code [pageSize, headDim]}
   */
  void loadKeys(
      KvType type, MemorySegment source, long page, int pageSize, int headDim, float[] keys);
}

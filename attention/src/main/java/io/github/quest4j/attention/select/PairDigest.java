package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.DigestFormat;
import java.lang.foreign.MemorySegment;

/**
 * Two numbers per channel of a page's keys, in the type of the keys: {@code [2, headDim]}, minimum
 * and maximum or mean and standard deviation, the pages of a block laid out as the keys of 16
 * tokens are (see {@link io.github.quest4j.attention.kernel.KeyLayout}). Minimum and maximum are
 * keys themselves, so they need no rounding and the bound holds exactly for the keys as stored.
 */
record PairDigest(String name, boolean bounds, Kernels kernels, SealScratch scratch)
    implements DigestFormat {

  PairDigest(String name, boolean bounds, Kernels kernels) {
    this(name, bounds, kernels, new SealScratch());
  }

  @Override
  public int blockBytes(KvType type, int headDim, int pageSize) {
    return PAGES * 2 * headDim * type.bytes();
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
      int lane) {
    SealScratch.Buffers buffers = scratch.of(headDim, pageSize);
    buffers.read(kernels.store(), type, keys, keysOffset);
    float[] page = buffers.keys;
    if (bounds) {
      kernels.seal().minMax(page, pageSize, headDim, buffers.low, buffers.high);
    } else {
      kernels.seal().mean(page, pageSize, headDim, buffers.low);
      kernels.seal().deviation(page, pageSize, headDim, buffers.low, buffers.high);
    }
    System.arraycopy(buffers.low, 0, buffers.pair, 0, headDim);
    System.arraycopy(buffers.high, 0, buffers.pair, headDim, headDim);
    kernels.store().storeKey(type, buffers.pair, 0, 2 * headDim, digests, blockOffset, PAGES, lane);
  }
}

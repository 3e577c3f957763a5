package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.BoundsLayout;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.DigestFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Minimum and maximum of every channel in 8 bits each, rounded outward: half the bytes of {@link
 * PairDigest}, and still a bound. One scale and offset for a page; see {@link BoundsLayout}.
 */
record BoundsDigest(Kernels kernels, SealScratch scratch) implements DigestFormat {

  private static final int MOST = 255;

  BoundsDigest(Kernels kernels) {
    this(kernels, new SealScratch());
  }

  @Override
  public String name() {
    return "minmax8";
  }

  @Override
  public int blockBytes(KvType type, int headDim, int pageSize) {
    return BoundsLayout.bytes(headDim);
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
    float[] low = buffers.low;
    float[] high = buffers.high;
    kernels.seal().minMax(buffers.keys, pageSize, headDim, low, high);
    float offset = low[0];
    float most = high[0];
    for (int c = 1; c < headDim; c++) {
      offset = Math.min(offset, low[c]);
      most = Math.max(most, high[c]);
    }
    float scale = scale(offset, most);
    for (int c = 0; c < headDim; c++) {
      long at = blockOffset + BoundsLayout.minimum(c, lane);
      digests.set(ValueLayout.JAVA_BYTE, at, (byte) below(low[c], offset, scale));
      digests.set(ValueLayout.JAVA_BYTE, at + 1, (byte) above(high[c], offset, scale));
    }
    long at = blockOffset + (long) Float.BYTES * lane;
    digests.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + BoundsLayout.SCALES, scale);
    digests.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + BoundsLayout.OFFSETS, offset);
  }

  /** The smallest scale with which the greatest byte is not below {@code most}. */
  private static float scale(float offset, float most) {
    float scale = (float) (((double) most - offset) / MOST);
    while (value(MOST, offset, scale) < most) {
      scale = Math.nextUp(scale);
    }
    return scale;
  }

  private static double value(int bound, float offset, float scale) {
    return offset + (double) scale * bound;
  }

  private static int below(float x, float offset, float scale) {
    if (scale == 0) {
      return 0;
    }
    int bound = Math.clamp((long) (((double) x - offset) / scale), 0, MOST);
    return bound > 0 && value(bound, offset, scale) > x ? bound - 1 : bound;
  }

  private static int above(float x, float offset, float scale) {
    if (scale == 0) {
      return 0;
    }
    int bound = Math.clamp((long) Math.ceil(((double) x - offset) / scale), 0, MOST);
    return bound < MOST && value(bound, offset, scale) < x ? bound + 1 : bound;
  }
}

package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.Rotation;
import io.github.quest4j.attention.kernel.SketchLayout;
import io.github.quest4j.attention.kv.DigestFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One bit per key and channel: the page's mean, and of every key's rotated residual {@code r = R(k
 * - mean)} the signs and a scale. The one-bit code of the residual is RaBitQ's (Gao and Long,
 * 2024); here it is taken about the mean of the page. See {@link SketchLayout} and {@link
 * Rotation}.
 *
 * <p>Scales: {@code |r|_1 / d}, with which the code is the least-squares approximation of r, and
 * {@code |r|^2 / |r|_1}, with which products with it are unbiased. Their ratio is pi/2 for a
 * Gaussian residual, but nearer to 1 where few channels make up the residual, as RoPE's fast ones
 * do; missed masses from an assumed ratio came out half as wrong again, so both are kept. The mean
 * is rounded to the type of the cache before residuals are taken, so that rounding it costs
 * nothing.
 */
final class SketchDigest implements DigestFormat {

  private static final float MOST_SCALE = 65504f; // readers know no infinity

  private final Kernels kernels;
  private final SealScratch scratch = new SealScratch();
  private final ConcurrentHashMap<Integer, Rotation> rotations = new ConcurrentHashMap<>();

  SketchDigest(Kernels kernels) {
    this.kernels = kernels;
  }

  Rotation rotation(int headDim) {
    return rotations.computeIfAbsent(headDim, Rotation::new);
  }

  static SketchLayout layout(KvType type, int headDim, int pageSize) {
    return new SketchLayout(headDim, pageSize, type == KvType.F16);
  }

  @Override
  public String name() {
    return "sketch";
  }

  @Override
  public int blockBytes(KvType type, int headDim, int pageSize) {
    return layout(type, headDim, pageSize).bytes();
  }

  @Override
  public void seal(
      KvType type,
      int headDim,
      int pageSize,
      MemorySegment keys,
      long keysOffset,
      MemorySegment digests,
      long blockOffset,
      int lane) {
    SketchLayout layout = layout(type, headDim, pageSize);
    SealScratch.Buffers buffers = scratch.of(headDim, pageSize);
    float[] mean = buffers.low;
    buffers.read(kernels.store(), type, keys, keysOffset);
    kernels.seal().mean(buffers.keys, pageSize, headDim, mean);
    if (type == KvType.F16) {
      for (int c = 0; c < headDim; c++) {
        mean[c] = Float.float16ToFloat(Float.floatToFloat16(mean[c]));
      }
    }
    kernels.store().storeKey(type, mean, 0, headDim, digests, blockOffset, PAGES, lane);
    kernels.seal().residuals(buffers.keys, pageSize, rotation(headDim), mean);
    short[] signs = buffers.signs;
    float[] sizes = buffers.sizes;
    float[] squares = buffers.squares;
    Arrays.fill(signs, (short) 0);
    kernels.seal().signs(buffers.keys, pageSize, headDim, signs, sizes, squares);
    int pairs = layout.pairs();
    for (int t = 0; t < pageSize; t++) {
      for (int p = 0; p < pairs; p++) {
        long at = blockOffset + layout.signsOffset(t, p, lane);
        digests.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, signs[t * pairs + p]);
      }
      float unbiased = sizes[t] > 0 ? squares[t] / sizes[t] : 0;
      int at = (t * PAGES + lane) * layout.elementBytes();
      write(type, sizes[t] / headDim, digests, blockOffset + layout.scalesOffset() + at);
      write(type, unbiased, digests, blockOffset + layout.unbiasedOffset() + at);
    }
  }

  private void write(KvType type, float scale, MemorySegment digests, long at) {
    switch (type) {
      case F16 -> {
        short half = Float.floatToFloat16(Math.min(scale, MOST_SCALE));
        digests.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, half);
      }
      case F32 -> digests.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, scale);
    }
  }
}

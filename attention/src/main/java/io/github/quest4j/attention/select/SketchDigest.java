package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.Rotation;
import io.github.quest4j.attention.kernel.SketchLayout;
import io.github.quest4j.attention.kv.DigestFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  public int bytes(KvType type, int headDim, int pageSize) {
    return layout(type, headDim, pageSize).bytes();
  }

  @Override
  public void seal(
      KvType type,
      int headDim,
      int pageSize,
      MemorySegment keys,
      long keysOffset,
      MemorySegment digest,
      long digestOffset) {
    SketchLayout layout = layout(type, headDim, pageSize);
    SealScratch.Buffers buffers = scratch.of(headDim, pageSize);
    float[] mean = buffers.low;
    buffers.read(kernels.store(), type, keys, keysOffset);
    kernels.seal().mean(buffers.keys, pageSize, headDim, mean);
    long meanAt = digestOffset + layout.meanOffset();
    SealScratch.write(kernels.store(), type, mean, headDim, digest, meanAt);
    if (type == KvType.F16) {
      kernels.store().toFloat(digest, meanAt, mean, 0, headDim);
    }
    kernels.seal().residuals(buffers.keys, pageSize, rotation(headDim), mean);
    byte[] signs = buffers.signs(layout.scalesOffset());
    float[] sizes = buffers.sizes;
    float[] squares = buffers.squares;
    kernels
        .seal()
        .signs(buffers.keys, pageSize, headDim, layout.blockBytes(), signs, sizes, squares);
    MemorySegment.copy(
        signs, 0, digest, ValueLayout.JAVA_BYTE, digestOffset, layout.scalesOffset());
    for (int t = 0; t < pageSize; t++) {
      squares[t] = sizes[t] > 0 ? squares[t] / sizes[t] : 0;
      sizes[t] /= headDim;
    }
    long scalesAt = digestOffset + layout.scalesOffset();
    SealScratch.write(kernels.store(), type, sizes, sizes.length, digest, scalesAt);
    long unbiasedAt = digestOffset + layout.unbiasedOffset();
    SealScratch.write(kernels.store(), type, squares, squares.length, digest, unbiasedAt);
  }
}

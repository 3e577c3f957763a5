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
 * <p><b>Balance.</b> Channels of keys differ in how much they vary within a page, by two orders of
 * magnitude in some models: RoPE's fast channels turn, slow ones stand. One bit per channel after a
 * rotation errs by {@code |q| |r|}, so the sizes of channels are brought together first: residuals
 * are divided by a power of each channel's deviation and queries multiplied with it, which leaves
 * the product as it is (not quite whitening, since the query errs in what it is multiplied with).
 * The deviations are those of the sequence's first page; they belong to the model more than to the
 * text, and four pages or all of a context gave no better ones.
 *
 * <p>Scales: {@code |r|_1 / d}, with which the code is the least-squares approximation of r, and
 * {@code |r|^2 / |r|_1}, with which products with it are unbiased. Their ratio is pi/2 for a
 * Gaussian residual, but nearer to 1 where few channels make up the residual, as RoPE's fast ones
 * do; missed masses from an assumed ratio came out half as wrong again, so both are kept. The error
 * of the unbiased product has the variance {@code |q|^2 s (s - l) d / (d - 1)} for the scales s and
 * l; the page keeps the mean of {@code s (s - l)}, its spread. The mean is rounded to the type of
 * the cache before residuals are taken, so that rounding it costs nothing.
 */
final class SketchDigest implements DigestFormat {

  private static final float MOST_SCALE = 65504f; // readers know no infinity

  /**
   * Power of a channel's deviation that it is divided by. One would whiten; a half is best where
   * queries are alike in all channels. Between them the choice of pages hardly changes; estimates
   * of missed masses agree best with the truth here, over three models.
   */
  private static final double WHITENING = 0.7;

  private static final double LEAST_VARIANCE = 0.01; // of a channel, of the mean of all

  private final Kernels kernels;
  private final SealScratch scratch = new SealScratch();
  private final ConcurrentHashMap<Integer, Rotation> rotations = new ConcurrentHashMap<>();

  SketchDigest(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * The rotation, with channels balanced before it: {@code q.r = (R diag(b) q) . (R diag(1/b) r)}.
   *
   * @param keys R diag(1/b)
   * @param queries R diag(b)
   */
  record Balance(Rotation keys, Rotation queries) implements Common {}

  Rotation rotation(int headDim) {
    return rotations.computeIfAbsent(headDim, Rotation::new);
  }

  @Override
  public Common common(
      KvType type, int headDim, int pageSize, MemorySegment keys, long keysOffset) {
    SealScratch.Buffers buffers = scratch.of(headDim, pageSize);
    buffers.read(kernels.store(), type, keys, keysOffset);
    double[] variance = new double[headDim];
    double mean = 0;
    for (int c = 0; c < headDim; c++) {
      // The first token is often the sink of the attention, with a key like no other.
      variance[c] = variance(buffers.keys, c, 1, pageSize, headDim);
      mean += variance[c] / headDim;
    }
    float[] balance = new float[headDim];
    float[] inverse = new float[headDim];
    for (int c = 0; c < headDim; c++) {
      double relative = mean > 0 ? variance[c] / mean : 1;
      balance[c] = (float) Math.pow(relative + LEAST_VARIANCE, WHITENING / 2);
      inverse[c] = 1 / balance[c];
    }
    return new Balance(rotation(headDim).of(inverse), rotation(headDim).of(balance));
  }

  private static double variance(float[] keys, int channel, int from, int to, int headDim) {
    double sum = 0;
    double square = 0;
    for (int t = from; t < to; t++) {
      double x = keys[t * headDim + channel];
      sum += x;
      square += x * x;
    }
    double mean = sum / (to - from);
    return Math.max(0, square / (to - from) - mean * mean);
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
      Common common,
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
    kernels.seal().residuals(buffers.keys, pageSize, ((Balance) common).keys(), mean);
    short[] signs = buffers.signs;
    float[] sizes = buffers.sizes;
    float[] squares = buffers.squares;
    Arrays.fill(signs, (short) 0);
    kernels.seal().signs(buffers.keys, pageSize, headDim, signs, sizes, squares);
    int pairs = layout.pairs();
    double spread = 0;
    for (int t = 0; t < pageSize; t++) {
      for (int p = 0; p < pairs; p++) {
        long at = blockOffset + layout.signsOffset(t, p, lane);
        digests.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, signs[t * pairs + p]);
      }
      float unbiased = sizes[t] > 0 ? squares[t] / sizes[t] : 0;
      int at = (t * PAGES + lane) * layout.elementBytes();
      write(type, sizes[t] / headDim, digests, blockOffset + layout.scalesOffset() + at);
      write(type, unbiased, digests, blockOffset + layout.unbiasedOffset() + at);
      spread += (double) unbiased * (unbiased - sizes[t] / headDim);
    }
    int at = lane * layout.elementBytes();
    write(type, (float) (spread / pageSize), digests, blockOffset + layout.spreadsOffset() + at);
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

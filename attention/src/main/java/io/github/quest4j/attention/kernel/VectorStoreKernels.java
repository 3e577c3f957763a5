package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

final class VectorStoreKernels implements StoreKernels {

  private static final int ABS = 0x7fffffff;
  private static final int SMALLEST_NORMAL = 0x38800000; // 2^-14 as a float's bits
  private static final short NAN = 0x7e00;

  private final StoreKernels tail = new ScalarStoreKernels();

  @SuppressWarnings("ThreadLocalUsage") // a key on its way; lives as long as the kernels
  private final ThreadLocal<Key> own = ThreadLocal.withInitial(Key::new);

  /** One key as halves, and one block of keys as floats. */
  private static final class Key {
    byte[] bytes = new byte[0]; // [headDim] halves
    MemorySegment halves = MemorySegment.ofArray(bytes);
    float[] block = new float[0]; // [headDim, block + LANES]

    MemorySegment halves(int headDim) {
      if (bytes.length != 2 * headDim) {
        bytes = new byte[2 * headDim];
        halves = MemorySegment.ofArray(bytes);
      }
      return halves;
    }

    float[] block(int length) {
      if (block.length < length) {
        block = new float[length];
      }
      return block;
    }
  }

  @Override
  public void toHalf(
      float[] source, int offset, MemorySegment target, long targetOffset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, source, offset + i);
      half(value).intoMemorySegment(target, targetOffset + 2L * i, ByteOrder.LITTLE_ENDIAN);
    }
    tail.toHalf(source, offset + i, target, targetOffset + 2L * i, count - i);
  }

  @Override
  public void storeKey(
      KvType type,
      float[] key,
      int offset,
      int headDim,
      MemorySegment target,
      long page,
      int pageSize,
      int token) {
    if (type != KvType.F16) {
      tail.storeKey(type, key, offset, headDim, target, page, pageSize, token);
      return;
    }
    MemorySegment halves = own.get().halves(headDim);
    toHalf(key, offset, halves, 0, headDim);
    long first = page + 2L * KeyLayout.index(type, headDim, pageSize, token, 0);
    long step = 4L * KeyLayout.block(pageSize);
    for (int c = 0; c < headDim; c += 2) {
      int pair = halves.get(ValueLayout.JAVA_INT_UNALIGNED, 2L * c);
      target.set(ValueLayout.JAVA_INT_UNALIGNED, first + c / 2 * step, pair);
    }
  }

  @Override
  public void loadKeys(
      KvType type, MemorySegment source, long page, int pageSize, int headDim, float[] keys) {
    int block = KeyLayout.block(pageSize);
    int stride = block + LANES;
    float[] channels = own.get().block(headDim * stride);
    for (int start = 0; start < pageSize; start += block) {
      loadBlock(type, source, page, pageSize, headDim, start, block, channels, 0, stride);
      for (int t = 0; t < block; t++) {
        int to = (start + t) * headDim;
        for (int c = 0; c < headDim; c++) {
          keys[to + c] = channels[c * stride + t];
        }
      }
    }
  }

  /**
   * Reads tokens {@code start .. start+count-1} of a page channel by channel. Where a block is
   * smaller than a vector, as many floats as a vector has are written all the same.
   *
   * @param start a multiple of the block
   * @param count a multiple of the block
   * @param out becomes {@code [headDim, stride]}, from {@code at} on
   */
  static void loadBlock(
      KvType type,
      MemorySegment source,
      long page,
      int pageSize,
      int headDim,
      int start,
      int count,
      float[] out,
      int at,
      int stride) {
    int block = KeyLayout.block(pageSize);
    for (int t = start; t < start + count; t += Math.min(block, LANES)) {
      int to = at + t - start;
      long from = page + (long) KeyLayout.index(type, headDim, pageSize, t, 0) * type.bytes();
      switch (type) {
        case F16 -> halves(source, from, 4L * block, headDim, out, to, stride);
        case F32 -> floats(source, from, 4L * block, headDim, out, to, stride);
      }
    }
  }

  private static void halves(
      MemorySegment source, long from, long step, int headDim, float[] out, int at, int stride) {
    for (int c = 0; c < headDim; c += 2) {
      IntVector pairs =
          IntVector.fromMemorySegment(
              VectorShapes.INTS, source, from + c / 2 * step, ByteOrder.LITTLE_ENDIAN);
      VectorShapes.lowHalves(pairs).mul(VectorShapes.HALF_SCALE).intoArray(out, at + c * stride);
      VectorShapes.highHalves(pairs)
          .mul(VectorShapes.HALF_SCALE)
          .intoArray(out, at + (c + 1) * stride);
    }
  }

  private static void floats(
      MemorySegment source, long from, long step, int headDim, float[] out, int at, int stride) {
    for (int c = 0; c < headDim; c++) {
      FloatVector.fromMemorySegment(
              VectorShapes.FLOATS, source, from + c * step, ByteOrder.LITTLE_ENDIAN)
          .intoArray(out, at + c * stride);
    }
  }

  static ShortVector half(FloatVector value) {
    IntVector bits = value.reinterpretAsInts();
    IntVector sign = bits.lanewise(VectorOperators.LSHR, 16).and(0x8000);
    FloatVector size = bits.and(ABS).reinterpretAsFloats().min(ScalarStoreKernels.MAX_HALF);
    IntVector sizeBits = size.reinterpretAsInts();
    // Normal: drop 13 bits, half of the last kept one added, ties by its own value.
    IntVector odd = sizeBits.lanewise(VectorOperators.LSHR, 13).and(1);
    IntVector normal =
        sizeBits.add(odd).add(0x0fff - (112 << 23)).lanewise(VectorOperators.LSHR, 13);
    // Subnormal: adding 1/2 leaves the half's bits in the low end of the sum, rounded by the adder.
    IntVector subnormal = size.add(0.5f).reinterpretAsInts().sub(Float.floatToRawIntBits(0.5f));
    VectorMask<Integer> small = sizeBits.compare(VectorOperators.LT, SMALLEST_NORMAL);
    IntVector half = normal.blend(subnormal, small).or(sign);
    half = half.blend(NAN, value.test(VectorOperators.IS_NAN).cast(VectorShapes.INTS));
    return (ShortVector) half.convertShape(VectorOperators.I2S, HALVES, 0);
  }
}

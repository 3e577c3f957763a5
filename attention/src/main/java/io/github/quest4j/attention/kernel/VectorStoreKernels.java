package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

final class VectorStoreKernels implements StoreKernels {

  /** That are read one number at a time, until vectors do it. */
  private static final int PAGES = 128;

  private static final float MAX_HALF = ScalarStoreKernels.MAX_HALF;
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt PAIR =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoreKernels scalar = new ScalarStoreKernels();
  private final Young loads = new Young(PAGES);

  @SuppressWarnings("ThreadLocalUsage") // a key on its way; lives as long as the kernels
  private final ThreadLocal<Key> own = ThreadLocal.withInitial(Key::new);

  /** Some halves, and one block of keys as floats. */
  private static final class Key {
    short[] halves = new short[0];
    float[] block = new float[0]; // [headDim, block + LANES]

    short[] halves(int count) {
      if (halves.length < count) {
        halves = new short[count];
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
    short[] halves = own.get().halves(count);
    narrow(source, offset, halves, count);
    MemorySegment.copy(halves, 0, target, HALF, targetOffset, count);
  }

  /**
   * A loop of nothing else, of which the JIT makes vectors at once; not so where it calls the
   * specification's clamp.
   */
  private static void narrow(float[] source, int offset, short[] halves, int count) {
    for (int i = 0; i < count; i++) {
      float inRange = Math.max(Math.min(source[offset + i], MAX_HALF), -MAX_HALF);
      halves[i] = Float.floatToFloat16(inRange);
    }
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
      scalar.storeKey(type, key, offset, headDim, target, page, pageSize, token);
      return;
    }
    short[] halves = own.get().halves(headDim);
    narrow(key, offset, halves, headDim);
    long first = page + 2L * KeyLayout.index(type, headDim, pageSize, token, 0);
    long step = 4L * KeyLayout.block(pageSize);
    for (int c = 0; c < headDim; c += 2) {
      int pair = halves[c] & 0xffff | halves[c + 1] << 16;
      target.set(PAIR, first + c / 2 * step, pair);
    }
  }

  @Override
  public void loadKeys(
      KvType type, MemorySegment source, long page, int pageSize, int headDim, float[] keys) {
    if (loads.next()) {
      scalar.loadKeys(type, source, page, pageSize, headDim, keys);
    } else {
      load(type, source, page, pageSize, headDim, keys);
    }
  }

  private void load(
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
}

package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class ScalarStoreKernels implements StoreKernels {

  static final float MAX_HALF = 65504f;

  @Override
  public void toHalf(
      float[] source, int offset, MemorySegment target, long targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, targetOffset + 2L * i, half(source[offset + i]));
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
    for (int c = 0; c < headDim; c++) {
      long index = KeyLayout.index(type, headDim, pageSize, token, c);
      long at = page + index * type.bytes();
      switch (type) {
        case F16 -> target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, half(key[offset + c]));
        case F32 -> target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, key[offset + c]);
      }
    }
  }

  @Override
  public void loadKeys(
      KvType type, MemorySegment source, long page, int pageSize, int headDim, float[] keys) {
    for (int t = 0; t < pageSize; t++) {
      for (int c = 0; c < headDim; c++) {
        keys[t * headDim + c] = key(type, source, page, pageSize, headDim, t, c);
      }
    }
  }

  static float key(
      KvType type,
      MemorySegment source,
      long page,
      int pageSize,
      int headDim,
      int token,
      int channel) {
    long at = page + (long) KeyLayout.index(type, headDim, pageSize, token, channel) * type.bytes();
    return switch (type) {
      case F16 -> half(source, at);
      case F32 -> source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
    };
  }

  private static float half(MemorySegment source, long at) {
    return Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  static short half(float value) {
    return Float.floatToFloat16(Math.clamp(value, -MAX_HALF, MAX_HALF));
  }
}

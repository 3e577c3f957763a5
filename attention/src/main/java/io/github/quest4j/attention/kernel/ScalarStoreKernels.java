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
  public void toFloat(
      MemorySegment source, long sourceOffset, float[] target, int offset, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] =
          Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset + 2L * i));
    }
  }

  static short half(float value) {
    return Float.floatToFloat16(Math.clamp(value, -MAX_HALF, MAX_HALF));
  }
}

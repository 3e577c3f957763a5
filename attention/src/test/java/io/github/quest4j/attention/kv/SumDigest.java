package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.KvType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A digest that depends on every bit and the place of every key. */
final class SumDigest implements DigestFormat {

  @Override
  public String name() {
    return "sum";
  }

  @Override
  public int bytes(KvType type, int headDim, int pageSize) {
    return 8;
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
    digest.set(
        ValueLayout.JAVA_LONG_UNALIGNED,
        digestOffset,
        sum(type, headDim, pageSize, keys, keysOffset));
  }

  static long stored(MemorySegment digest, long offset) {
    return digest.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
  }

  static long sum(KvType type, int headDim, int pageSize, MemorySegment keys, long offset) {
    long sum = 1;
    for (long i = 0; i < (long) headDim * pageSize * type.bytes(); i += 2) {
      sum = sum * 0x5851f42d4c957f2dL + keys.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + i);
    }
    return sum;
  }

  static float element(KvType type, MemorySegment slab, long offset) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(slab.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
      case F32 -> slab.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
    };
  }

  static float narrowed(KvType type, float value) {
    return type == KvType.F32 ? value : Float.float16ToFloat(Float.floatToFloat16(value));
  }
}

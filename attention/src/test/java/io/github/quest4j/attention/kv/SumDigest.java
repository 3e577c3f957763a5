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
  public int blockBytes(KvType type, int headDim, int pageSize) {
    return 8 * PAGES;
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
    digests.set(
        ValueLayout.JAVA_LONG_UNALIGNED,
        blockOffset + 8L * lane,
        sum(type, headDim, pageSize, keys, keysOffset) + ((First) common).sum);
  }

  /** The first page's own sum, so that a digest depends on it. */
  record First(long sum) implements Common {}

  @Override
  public Common common(
      KvType type, int headDim, int pageSize, MemorySegment keys, long keysOffset) {
    return new First(sum(type, headDim, pageSize, keys, keysOffset));
  }

  static long stored(MemorySegment digests, long blockOffset, int lane) {
    return digests.get(ValueLayout.JAVA_LONG_UNALIGNED, blockOffset + 8L * lane);
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

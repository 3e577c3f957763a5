package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads little-endian numbers at any offset of a segment. */
final class LittleEndian {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static byte byteAt(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset);
  }

  static short shortAt(MemorySegment segment, long offset) {
    return segment.get(SHORT, offset);
  }

  static int intAt(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  static long longAt(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }
}

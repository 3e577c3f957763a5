package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/** The type of a metadata value, as numbered in the file. */
enum GgufValueType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int id;
  private final int bytes;

  GgufValueType(int id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  static Optional<GgufValueType> byId(int id) {
    for (GgufValueType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  int id() {
    return id;
  }

  /** Bytes of a value; 0 for strings and arrays, whose length varies. */
  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return bytes > 0 && !isFloat() && this != BOOL;
  }

  boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** An integer or bool, extended to 64 bits as its sign asks; uint64 keeps its bits. */
  long integerAt(MemorySegment segment, long offset) {
    return switch (this) {
      case UINT8, BOOL -> LittleEndian.byteAt(segment, offset) & 0xffL;
      case INT8 -> LittleEndian.byteAt(segment, offset);
      case UINT16 -> LittleEndian.shortAt(segment, offset) & 0xffffL;
      case INT16 -> LittleEndian.shortAt(segment, offset);
      case UINT32 -> LittleEndian.intAt(segment, offset) & 0xffff_ffffL;
      case INT32 -> LittleEndian.intAt(segment, offset);
      case UINT64, INT64 -> LittleEndian.longAt(segment, offset);
      case FLOAT32, FLOAT64, STRING, ARRAY ->
          throw new IllegalStateException(this + " is not an integer");
    };
  }

  double floatAt(MemorySegment segment, long offset) {
    return switch (this) {
      case FLOAT32 -> Float.intBitsToFloat(LittleEndian.intAt(segment, offset));
      case FLOAT64 -> Double.longBitsToDouble(LittleEndian.longAt(segment, offset));
      default -> throw new IllegalStateException(this + " is not a floating-point number");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

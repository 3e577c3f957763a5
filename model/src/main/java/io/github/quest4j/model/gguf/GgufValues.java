package io.github.quest4j.model.gguf;

import io.github.quest4j.model.gguf.GgufValue.BoolValue;
import io.github.quest4j.model.gguf.GgufValue.FloatValue;
import io.github.quest4j.model.gguf.GgufValue.IntegerValue;
import io.github.quest4j.model.gguf.GgufValue.NestedArray;
import io.github.quest4j.model.gguf.GgufValue.NumberArray;
import io.github.quest4j.model.gguf.GgufValue.StringArray;
import io.github.quest4j.model.gguf.GgufValue.StringValue;
import java.lang.foreign.MemorySegment;

/** Reads metadata values, of any type, from the cursor. */
final class GgufValues {
  /** A vocabulary has a few hundred thousand strings, the longest template some 100 KB. */
  private static final int MAX_ARRAY = 1 << 24;

  private static final int MAX_STRING = 1 << 24;
  private static final int MAX_DEPTH = 4;

  private final GgufCursor cursor;
  private final MemorySegment segment;

  GgufValues(GgufCursor cursor, MemorySegment segment) {
    this.cursor = cursor;
    this.segment = segment;
  }

  /**
   * Reads a type and the value that follows.
   *
   * @param what the value as named in messages
   */
  GgufValue read(String what) {
    GgufValueType type = readType(what);
    return switch (type) {
      case STRING -> new StringValue(cursor.readString(MAX_STRING, what));
      case ARRAY -> readArray(what, 1);
      case BOOL -> new BoolValue(readBool(what));
      case FLOAT32, FLOAT64 ->
          new FloatValue(type, type.floatAt(segment, cursor.take(type.bytes(), what)));
      default -> new IntegerValue(type, type.integerAt(segment, cursor.take(type.bytes(), what)));
    };
  }

  private GgufValueType readType(String what) {
    int id = cursor.readInt("type of " + what);
    return GgufValueType.byId(id)
        .orElseThrow(
            () -> cursor.error("type of " + what + " is unknown: " + Integer.toUnsignedString(id)));
  }

  private boolean readBool(String what) {
    long value = GgufValueType.BOOL.integerAt(segment, cursor.take(1, what));
    if (value > 1) {
      throw cursor.error(what + " is a bool but neither 0 nor 1: " + value);
    }
    return value == 1;
  }

  private GgufValue readArray(String what, int depth) {
    if (depth > MAX_DEPTH) {
      throw cursor.error(what + " has arrays nested deeper than the limit of " + MAX_DEPTH);
    }
    GgufValueType type = readType("the elements of " + what);
    return switch (type) {
      case STRING -> readStrings(what);
      case ARRAY -> {
        // An inner array takes its type and its size at least.
        int size = cursor.readCount(MAX_ARRAY, Integer.BYTES + Long.BYTES, elementsOf(what));
        for (int i = 0; i < size; i++) {
          readArray(what, depth + 1);
        }
        yield new NestedArray(size);
      }
      default -> {
        int size = cursor.readCount(MAX_ARRAY, type.bytes(), elementsOf(what));
        long bytes = (long) size * type.bytes();
        yield new NumberArray(type, size, segment.asSlice(cursor.take(bytes, what), bytes));
      }
    };
  }

  private StringArray readStrings(String what) {
    int size = cursor.readCount(MAX_ARRAY, Long.BYTES, elementsOf(what));
    int[] offsets = new int[size];
    long start = cursor.position();
    for (int i = 0; i < size; i++) {
      long offset = cursor.skipString(MAX_STRING, what) - start;
      if (offset > Integer.MAX_VALUE) {
        throw cursor.error(what + " is longer than 2 GiB");
      }
      offsets[i] = (int) offset;
    }
    return new StringArray(
        new GgufStrings(segment.asSlice(start, cursor.position() - start), offsets));
  }

  private static String elementsOf(String what) {
    return "elements of " + what;
  }
}

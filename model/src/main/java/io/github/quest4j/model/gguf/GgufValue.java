package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;

/** A metadata value. Arrays stay in the mapped file until they are asked for. */
sealed interface GgufValue {
  /** The type as named in messages, for example {@code uint32} or {@code array of 3 string}. */
  String typeName();

  /** {@code value} holds the bits of a uint64, so it is negative where it exceeds a long. */
  record IntegerValue(GgufValueType type, long value) implements GgufValue {
    @Override
    public String typeName() {
      return type.toString();
    }
  }

  record FloatValue(GgufValueType type, double value) implements GgufValue {
    @Override
    public String typeName() {
      return type.toString();
    }
  }

  record BoolValue(boolean value) implements GgufValue {
    @Override
    public String typeName() {
      return GgufValueType.BOOL.toString();
    }
  }

  record StringValue(String value) implements GgufValue {
    @Override
    public String typeName() {
      return GgufValueType.STRING.toString();
    }
  }

  /** Integers, floating-point numbers or bools. */
  record NumberArray(GgufValueType type, int size, MemorySegment data) implements GgufValue {
    @Override
    public String typeName() {
      return "array of " + size + " " + type;
    }

    long integerAt(int i) {
      return type.integerAt(data, (long) i * type.bytes());
    }

    double floatAt(int i) {
      return type.floatAt(data, (long) i * type.bytes());
    }
  }

  record StringArray(GgufStrings strings) implements GgufValue {
    @Override
    public String typeName() {
      return "array of " + strings.size() + " " + GgufValueType.STRING;
    }
  }

  /** No model needs an array of arrays; it is checked and passed by. */
  record NestedArray(int size) implements GgufValue {
    @Override
    public String typeName() {
      return "array of " + size + " " + GgufValueType.ARRAY;
    }
  }
}

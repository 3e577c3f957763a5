package io.github.quest4j.model.gguf;

import io.github.quest4j.model.gguf.GgufValue.BoolValue;
import io.github.quest4j.model.gguf.GgufValue.FloatValue;
import io.github.quest4j.model.gguf.GgufValue.IntegerValue;
import io.github.quest4j.model.gguf.GgufValue.NestedArray;
import io.github.quest4j.model.gguf.GgufValue.NumberArray;
import io.github.quest4j.model.gguf.GgufValue.StringArray;
import io.github.quest4j.model.gguf.GgufValue.StringValue;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Metadata values as text for people. */
final class GgufText {
  private static final int SHOWN = 8;

  private GgufText() {}

  static String of(GgufValue value) {
    return switch (value) {
      case StringValue v -> GgufException.quote(v.value());
      case BoolValue v -> Boolean.toString(v.value());
      case IntegerValue v -> integer(v.type(), v.value());
      case FloatValue v -> number(v.type(), v.value());
      case NestedArray v -> v.typeName();
      case StringArray v ->
          elements(v.strings().size(), i -> GgufException.quote(v.strings().get(i)));
      case NumberArray v -> elements(v.size(), i -> element(v, i));
    };
  }

  private static String element(NumberArray array, int i) {
    GgufValueType type = array.type();
    if (type.isFloat()) {
      return number(type, array.floatAt(i));
    }
    return type == GgufValueType.BOOL
        ? Boolean.toString(array.integerAt(i) != 0)
        : integer(type, array.integerAt(i));
  }

  private static String integer(GgufValueType type, long value) {
    return type == GgufValueType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
  }

  private static String number(GgufValueType type, double value) {
    return type == GgufValueType.FLOAT32 ? Float.toString((float) value) : Double.toString(value);
  }

  private static String elements(int size, IntFunction<String> element) {
    return IntStream.range(0, Math.min(size, SHOWN))
        .mapToObj(element)
        .collect(Collectors.joining(", ", "[", size > SHOWN ? ", … " + size + " in all]" : "]"));
  }
}

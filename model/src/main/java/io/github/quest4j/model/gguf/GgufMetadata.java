package io.github.quest4j.model.gguf;

import static io.github.quest4j.model.gguf.GgufException.quote;

import io.github.quest4j.model.gguf.GgufValue.BoolValue;
import io.github.quest4j.model.gguf.GgufValue.FloatValue;
import io.github.quest4j.model.gguf.GgufValue.IntegerValue;
import io.github.quest4j.model.gguf.GgufValue.NestedArray;
import io.github.quest4j.model.gguf.GgufValue.NumberArray;
import io.github.quest4j.model.gguf.GgufValue.StringArray;
import io.github.quest4j.model.gguf.GgufValue.StringValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The metadata of a model file, by key, for example {@code llama.block_count}.
 *
 * <p>Integers are read whatever their width and sign in the file, as long as the value fits what is
 * asked for; a number may also be stored as an integer. Every getter throws {@link GgufException}
 * if the value has another type or does not fit, and, where it takes no default, if the key is
 * absent. Arrays are read from the mapped file when asked for, so only until it is closed.
 */
public final class GgufMetadata {
  private final Path path;
  private final Map<String, GgufValue> values;

  GgufMetadata(Path path, Map<String, GgufValue> values) {
    this.path = path;
    this.values = Collections.unmodifiableMap(values);
  }

  /** All keys, in the order of the file. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** Whether the key is there, with a value of any type. */
  public boolean contains(String key) {
    return values.containsKey(key);
  }

  /** Whether the key is there and its value is an array. */
  public boolean isArray(String key) {
    return switch (values.get(key)) {
      case NumberArray _, StringArray _, NestedArray _ -> true;
      case null, default -> false;
    };
  }

  /** A required string. */
  public String string(String key) {
    return asString(key, required(key, "string"));
  }

  /** A string, or the default if the key is absent. */
  public String string(String key, String defaultValue) {
    return optionalString(key).orElse(defaultValue);
  }

  /** A string, or empty if the key is absent. */
  public Optional<String> optionalString(String key) {
    GgufValue value = values.get(key);
    return value == null ? Optional.empty() : Optional.of(asString(key, value));
  }

  /** A required integer that fits 32 bits with sign. */
  public int integer(String key) {
    return asInt(key, required(key, "integer"));
  }

  /** An integer that fits 32 bits with sign, or the default if the key is absent. */
  public int integer(String key, int defaultValue) {
    GgufValue value = values.get(key);
    return value == null ? defaultValue : asInt(key, value);
  }

  /** A required integer that fits 64 bits with sign. */
  public long longInteger(String key) {
    return asLong(key, required(key, "integer"));
  }

  /** An integer that fits 64 bits with sign, or the default if the key is absent. */
  public long longInteger(String key, long defaultValue) {
    GgufValue value = values.get(key);
    return value == null ? defaultValue : asLong(key, value);
  }

  /** A required number; one stored as float32 is widened exactly. */
  public double number(String key) {
    return asDouble(key, required(key, "number"));
  }

  /** A number, or the default if the key is absent; one stored as float32 is widened exactly. */
  public double number(String key, double defaultValue) {
    GgufValue value = values.get(key);
    return value == null ? defaultValue : asDouble(key, value);
  }

  /** A required bool. */
  public boolean bool(String key) {
    return asBool(key, required(key, "bool"));
  }

  /** A bool, or the default if the key is absent. */
  public boolean bool(String key, boolean defaultValue) {
    GgufValue value = values.get(key);
    return value == null ? defaultValue : asBool(key, value);
  }

  /** A required array of strings, decoded when read. */
  public GgufStrings strings(String key) {
    GgufValue value = required(key, "array of strings");
    if (value instanceof StringArray array) {
      return array.strings();
    }
    throw wrongType(key, "array of strings", value);
  }

  /** A required array of integers that each fit 32 bits with sign, as a new array. */
  public int[] ints(String key) {
    String expected = "array of integers";
    return asInts(key, array(key, expected, required(key, expected)));
  }

  /** A required array of numbers, each rounded to a float, as a new array. */
  public float[] floats(String key) {
    String expected = "array of numbers";
    GgufValue value = required(key, expected);
    NumberArray array = array(key, expected, value);
    if (array.type() == GgufValueType.BOOL) {
      throw wrongType(key, expected, value);
    }
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          array.type().isFloat()
              ? (float) array.floatAt(i)
              : (float) checkedLong(key, array.type(), array.integerAt(i));
    }
    return floats;
  }

  /** A required array of bools, as a new array. */
  public boolean[] bools(String key) {
    String expected = "array of bools";
    GgufValue value = required(key, expected);
    NumberArray array = array(key, expected, value);
    if (array.type() != GgufValueType.BOOL) {
      throw wrongType(key, expected, value);
    }
    boolean[] bools = new boolean[array.size()];
    for (int i = 0; i < bools.length; i++) {
      bools[i] = array.integerAt(i) != 0;
    }
    return bools;
  }

  /**
   * A required integer per layer, such as {@code attention.head_count_kv}: an array of n, or one
   * integer that holds for all n.
   *
   * @throws GgufException also if the array has not n elements
   */
  public int[] intsOrScalar(String key, int n) {
    String expected = "integer or array of " + n + " integers";
    GgufValue value = required(key, expected);
    if (value instanceof IntegerValue) {
      int[] ints = new int[n];
      Arrays.fill(ints, asInt(key, value));
      return ints;
    }
    NumberArray array = array(key, expected, value);
    if (array.size() != n) {
      throw wrongType(key, expected, value);
    }
    return asInts(key, array);
  }

  /**
   * The type of a value as stored, for example {@code uint32} or {@code array of 49152 string}.
   *
   * @throws GgufException if the key is absent
   */
  public String typeName(String key) {
    return required(key, "value").typeName();
  }

  /**
   * A value of any type as text to be shown: long strings and arrays are cut, and marked by an
   * ellipsis.
   *
   * @throws GgufException if the key is absent
   */
  public String text(String key) {
    return GgufText.of(required(key, "value"));
  }

  @Override
  public String toString() {
    return values.size() + " metadata keys of " + path;
  }

  private GgufValue required(String key, String expected) {
    GgufValue value = values.get(key);
    if (value == null) {
      throw new GgufException(
          "%s: metadata key %s is missing; expected %s"
              .formatted(path, quote(key), withArticle(expected)));
    }
    return value;
  }

  private GgufException wrongType(String key, String expected, GgufValue found) {
    return new GgufException(
        "%s: metadata key %s is %s; expected %s"
            .formatted(path, quote(key), withArticle(found.typeName()), withArticle(expected)));
  }

  private GgufException doesNotFit(String key, String value, int bits) {
    return new GgufException(
        "%s: metadata key %s does not fit in %d bits with sign: %s"
            .formatted(path, quote(key), bits, value));
  }

  private String asString(String key, GgufValue value) {
    if (value instanceof StringValue v) {
      return v.value();
    }
    throw wrongType(key, "string", value);
  }

  private boolean asBool(String key, GgufValue value) {
    if (value instanceof BoolValue v) {
      return v.value();
    }
    throw wrongType(key, "bool", value);
  }

  private long asLong(String key, GgufValue value) {
    if (value instanceof IntegerValue v) {
      return checkedLong(key, v.type(), v.value());
    }
    throw wrongType(key, "integer", value);
  }

  private int asInt(String key, GgufValue value) {
    return checkedInt(key, asLong(key, value));
  }

  private double asDouble(String key, GgufValue value) {
    return switch (value) {
      case FloatValue v -> v.value();
      case IntegerValue v -> (double) checkedLong(key, v.type(), v.value());
      default -> throw wrongType(key, "number", value);
    };
  }

  private NumberArray array(String key, String expected, GgufValue value) {
    if (value instanceof NumberArray array) {
      return array;
    }
    throw wrongType(key, expected, value);
  }

  private int[] asInts(String key, NumberArray array) {
    if (!array.type().isInteger()) {
      throw wrongType(key, "array of integers", array);
    }
    int[] ints = new int[array.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = checkedInt(key, checkedLong(key, array.type(), array.integerAt(i)));
    }
    return ints;
  }

  private long checkedLong(String key, GgufValueType type, long value) {
    if (type == GgufValueType.UINT64 && value < 0) {
      throw doesNotFit(key, Long.toUnsignedString(value), Long.SIZE);
    }
    return value;
  }

  private int checkedInt(String key, long value) {
    if (value != (int) value) {
      throw doesNotFit(key, Long.toString(value), Integer.SIZE);
    }
    return (int) value;
  }

  private static String withArticle(String noun) {
    return ("aiou".indexOf(noun.charAt(0)) >= 0 && !noun.startsWith("uint") ? "an " : "a ") + noun;
  }
}

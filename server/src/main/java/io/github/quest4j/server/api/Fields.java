package io.github.quest4j.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, read by type. What is wrong is refused with the field's whole name;
 * a field that is {@code null} is absent.
 */
public final class Fields {

  private final JsonNode object;
  private final String prefix;

  private Fields(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /** Of a whole body. */
  public static Fields of(JsonNode body) {
    if (!body.isObject()) {
      throw ApiException.bad("the body is not a JSON object");
    }
    return new Fields(body, "");
  }

  /** Of a value that has a name. */
  public static Fields of(JsonNode value, String name) {
    if (!value.isObject()) {
      throw ApiException.field(name, name + " is not an object");
    }
    return new Fields(value, name + ".");
  }

  /** A field's name as an error gives it. */
  public String name(String field) {
    return prefix + field;
  }

  /** An error of a field: {@code words} follow its name. */
  public ApiException wrong(String field, String words) {
    return ApiException.field(name(field), name(field) + " " + words);
  }

  /** Whether there is such a field. */
  public boolean has(String field) {
    return node(field).isPresent();
  }

  /** Any value. */
  public Optional<JsonNode> node(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** A string. */
  public Optional<String> string(String field) {
    return node(field)
        .map(value -> {
          if (!value.isString()) {
            throw wrong(field, "is not a string");
          }
          return value.stringValue();
        });
  }

  /** A string that must be there. */
  public String text(String field) {
    return string(field).orElseThrow(() -> wrong(field, "is missing"));
  }

  /** True or false. */
  public boolean flag(String field, boolean otherwise) {
    return node(field)
        .map(value -> {
          if (!value.isBoolean()) {
            throw wrong(field, "is not true or false");
          }
          return value.booleanValue();
        })
        .orElse(otherwise);
  }

  /** A whole number. */
  public OptionalInt integer(String field, int least, int most) {
    OptionalLong value = whole(field, least, most);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** A whole number of 64 bits. */
  public OptionalLong whole(String field, long least, long most) {
    Optional<JsonNode> node = node(field);
    if (node.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong value = whole(node.get());
    if (value.isEmpty()) {
      throw wrong(field, "is not a whole number");
    }
    if (value.getAsLong() < least || value.getAsLong() > most) {
      throw wrong(field, "is not in " + least + ".." + most + ": " + value.getAsLong());
    }
    return value;
  }

  /** The whole number of 64 bits that a value is, if it is one; 2.0 is. */
  public static OptionalLong whole(JsonNode value) {
    if (!value.isNumber()) {
      return OptionalLong.empty();
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }
    double number = value.doubleValue();
    boolean exact = Math.rint(number) == number && Math.abs(number) <= 1L << 53;
    return exact ? OptionalLong.of((long) number) : OptionalLong.empty();
  }

  /** A number. */
  public OptionalDouble number(String field, double least, double most) {
    Optional<JsonNode> node = node(field);
    if (node.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!node.get().isNumber()) {
      throw wrong(field, "is not a number");
    }
    double value = node.get().doubleValue();
    if (!(value >= least && value <= most)) {
      throw wrong(field, "is not in " + least + ".." + most + ": " + value);
    }
    return OptionalDouble.of(value);
  }

  /** An object. */
  public Optional<Fields> object(String field) {
    return node(field).map(value -> of(value, name(field)));
  }

  /**
   * The elements of an array, each with its name; none where the field is absent.
   *
   * @param most elements
   */
  public <T> List<T> list(String field, int most, BiFunction<JsonNode, String, T> element) {
    Optional<JsonNode> node = node(field);
    if (node.isEmpty()) {
      return List.of();
    }
    if (!node.get().isArray()) {
      throw wrong(field, "is not an array");
    }
    if (node.get().size() > most) {
      throw wrong(field, "has more than " + most + " elements: " + node.get().size());
    }
    List<T> all = new ArrayList<>();
    for (JsonNode value : node.get()) {
      all.add(element.apply(value, name(field) + "[" + all.size() + "]"));
    }
    return all;
  }

  /** Refuses fields that are not known. */
  public void only(Set<String> known) {
    for (String field : object.propertyNames()) {
      if (!known.contains(field)) {
        throw wrong(field, "is not known (known: " + String.join(", ", new TreeSet<>(known)) + ")");
      }
    }
  }

  /** The names that there are. */
  public List<String> names() {
    return List.copyOf(object.propertyNames());
  }
}

package io.github.quest4j.engine.constrain;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;

/**
 * A schema within a schema, and its keywords' values with what the meta-schema asks of them.
 *
 * @param place its JSON pointer, as a fragment
 */
record Schema(JsonNode json, String place) {

  /** Where a keyword stands. */
  String placeOf(String keyword) {
    return place + "/" + keyword.replace("~", "~0").replace("/", "~1");
  }

  boolean has(String keyword) {
    return json.has(keyword);
  }

  /** The value of a keyword, or an element of it, as a schema. */
  Schema at(String... path) {
    Schema schema = this;
    for (String step : path) {
      JsonNode json = schema.json;
      JsonNode inner = json.isArray() ? json.get(Integer.parseInt(step)) : json.get(step);
      schema = new Schema(inner, schema.placeOf(step));
    }
    return schema;
  }

  /**
   * The value of a keyword that is there and has to be of some kind.
   *
   * @throws ConstraintException if it is not
   */
  JsonNode require(String keyword, String kind, Predicate<JsonNode> isKind) {
    JsonNode value = json.get(keyword);
    if (value == null || !isKind.test(value)) {
      throw new ConstraintException(
          "the keyword \"" + keyword + "\" at " + placeOf(keyword) + " must be " + kind);
    }
    return value;
  }

  /** Whether a value is a number, and not one that was too large to be read. */
  static boolean isNumber(JsonNode value) {
    return value instanceof NumericNode number && !number.isNaN();
  }

  /** The number that a keyword gives, if it is there. */
  Optional<BigDecimal> number(String keyword) {
    if (!has(keyword)) {
      return Optional.empty();
    }
    JsonNode value = require(keyword, "a number", Schema::isNumber);
    return Optional.of(value.decimalValue());
  }

  /** The text that a keyword gives, if it is there. */
  Optional<String> text(String keyword) {
    return has(keyword)
        ? Optional.of(require(keyword, "a string", JsonNode::isString).stringValue())
        : Optional.empty();
  }

  /**
   * The count that a keyword gives.
   *
   * @param absent what to take if it is not there
   * @param most the most that is supported
   */
  int count(String keyword, int absent, int most) {
    Optional<BigDecimal> given = number(keyword);
    if (given.isEmpty()) {
      return absent;
    }
    BigDecimal count = given.get();
    // A huge exponent would be costly to write out, so the size is looked at first.
    boolean huge = count.precision() - (long) count.scale() > 18;
    if (count.signum() < 0 || !huge && count.stripTrailingZeros().scale() > 0) {
      throw new ConstraintException(
          "the keyword \"" + keyword + "\" at " + placeOf(keyword) + " must be a whole number");
    }
    if (huge || count.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new ConstraintException(
          "the keyword \""
              + keyword
              + "\" at "
              + placeOf(keyword)
              + " is more than the supported "
              + most);
    }
    return count.intValue();
  }

  /**
   * The schema that a reference in this one names.
   *
   * @param root the whole schema
   * @throws ConstraintException if there is none
   */
  Schema reference(JsonNode root) {
    String reference = require("$ref", "a string", JsonNode::isString).stringValue();
    ConstraintException unknown =
        new ConstraintException(
            "the reference at "
                + placeOf("$ref")
                + " is not to a place of this schema, as #/$defs/name is");
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw unknown;
    }
    Schema found = new Schema(root, "#");
    String pointer;
    try {
      pointer =
          URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unknown;
    }
    for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      JsonNode json = found.json;
      boolean there =
          json.isObject()
              ? json.has(name)
              : json.isArray() && name.matches("\\d{1,6}") && json.has(Integer.parseInt(name));
      if (!there) {
        throw unknown;
      }
      found = found.at(name);
    }
    return found;
  }
}

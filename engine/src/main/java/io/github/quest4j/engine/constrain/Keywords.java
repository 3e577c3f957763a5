package io.github.quest4j.engine.constrain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Which keywords a schema may have, and which types they are about. */
final class Keywords {

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "deprecated",
          "readOnly",
          "writeOnly");
  private static final Map<String, List<String>> KEYWORDS_OF_TYPES = new LinkedHashMap<>();
  private static final Set<String> WHOLE = Set.of("$ref", "anyOf", "enum", "const", "type");

  static {
    KEYWORDS_OF_TYPES.put("object", List.of("properties", "required", "additionalProperties"));
    KEYWORDS_OF_TYPES.put("array", List.of("items", "minItems", "maxItems"));
    KEYWORDS_OF_TYPES.put("string", List.of("pattern", "format", "minLength", "maxLength"));
    KEYWORDS_OF_TYPES.put(
        "number",
        List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"));
  }

  private Keywords() {}

  /**
   * Refuses what is not supported.
   *
   * @throws ConstraintException naming the first such keyword
   */
  static void requireKnown(Schema schema) {
    for (String keyword : schema.json().propertyNames()) {
      boolean known =
          ANNOTATIONS.contains(keyword)
              || WHOLE.contains(keyword)
              || KEYWORDS_OF_TYPES.values().stream().anyMatch(of -> of.contains(keyword));
      if (!known) {
        throw new ConstraintException(
            "the keyword \""
                + keyword
                + "\" at "
                + schema.placeOf(keyword)
                + " is not supported"
                + (keyword.equals("oneOf") ? ": use anyOf" : ""));
      }
    }
  }

  /**
   * Refuses what stands beside a keyword, except annotations and {@code besides}.
   *
   * @throws ConstraintException naming the first such keyword
   */
  static void requireAlone(Schema schema, String keyword, String... besides) {
    for (String other : schema.json().propertyNames()) {
      if (!ANNOTATIONS.contains(other)
          && !other.equals(keyword)
          && !List.of(besides).contains(other)) {
        throw new ConstraintException(
            "the keyword \""
                + other
                + "\" at "
                + schema.placeOf(other)
                + " is not supported beside \""
                + keyword
                + "\"");
      }
    }
  }

  /** The types that a schema asks for; none where it asks for nothing. */
  static List<String> types(Schema schema) {
    return schema.has("type") ? given(schema) : implied(schema);
  }

  private static List<String> given(Schema schema) {
    JsonNode type = schema.json().get("type");
    List<String> types =
        (type.isArray() ? type.valueStream() : Stream.of(type))
            .map(t -> t.isString() ? t.stringValue() : "")
            .distinct()
            .toList();
    List<String> known =
        List.of("object", "array", "string", "number", "integer", "boolean", "null");
    if (types.isEmpty() || !known.containsAll(types)) {
      throw new ConstraintException(
          "the keyword \"type\" at "
              + schema.placeOf("type")
              + " must be one or several of "
              + String.join(", ", known));
    }
    return types;
  }

  /** Types that the other keywords are about, where a schema does not say which it wants. */
  private static List<String> implied(Schema schema) {
    return KEYWORDS_OF_TYPES.entrySet().stream()
        .filter(of -> of.getValue().stream().anyMatch(schema::has))
        .map(Map.Entry::getKey)
        .toList();
  }
}

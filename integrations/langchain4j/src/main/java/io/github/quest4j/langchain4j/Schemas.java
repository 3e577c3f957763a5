package io.github.quest4j.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schema of LangChain4j's schema elements. */
final class Schemas {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String DEFINITIONS = "$defs";
  private static final String REFERENCE = "$ref";

  private Schemas() {}

  /**
   * An element as JSON Schema.
   *
   * @throws UnsupportedFeatureException if it is of a kind that is not known
   * @throws InvalidRequestException if it is raw and no JSON
   */
  static JsonNode of(JsonSchemaElement element) {
    if (element instanceof JsonRawSchema raw) {
      return parsed(raw);
    }
    ObjectNode schema =
        switch (element) {
          case JsonObjectSchema object -> object(object);
          case JsonArraySchema array -> array(array);
          case JsonEnumSchema values -> enumeration(values);
          case JsonAnyOfSchema any -> anyOf(any);
          case JsonReferenceSchema to -> NODES.objectNode().put(REFERENCE, reference(to));
          case JsonStringSchema string -> type("string");
          case JsonIntegerSchema integer -> type("integer");
          case JsonNumberSchema number -> type("number");
          case JsonBooleanSchema truth -> type("boolean");
          case JsonNullSchema nothing -> type("null");
          default ->
              throw new UnsupportedFeatureException(
                  "a schema of " + element.getClass().getSimpleName() + " is not supported");
        };
    Optional.ofNullable(element.description()).ifPresent(d -> schema.put("description", d));
    return schema;
  }

  private static JsonNode parsed(JsonRawSchema raw) {
    try {
      return JSON.readTree(raw.schema());
    } catch (JacksonException e) {
      throw new InvalidRequestException("the raw schema is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static ObjectNode type(String name) {
    return NODES.objectNode().put("type", name);
  }

  private static ObjectNode object(JsonObjectSchema object) {
    ObjectNode schema = type("object");
    schema.set("properties", all(object.properties()));
    if (!object.required().isEmpty()) {
      ArrayNode required = schema.putArray("required");
      object.required().forEach(required::add);
    }
    Optional.ofNullable(object.additionalProperties())
        .ifPresent(others -> schema.put("additionalProperties", others));
    if (!object.definitions().isEmpty()) {
      schema.set(DEFINITIONS, all(object.definitions()));
    }
    return schema;
  }

  private static ObjectNode all(Map<String, JsonSchemaElement> elements) {
    ObjectNode all = NODES.objectNode();
    elements.forEach((name, element) -> all.set(name, of(element)));
    return all;
  }

  private static ObjectNode array(JsonArraySchema array) {
    ObjectNode schema = type("array");
    Optional.ofNullable(array.items()).ifPresent(items -> schema.set("items", of(items)));
    return schema;
  }

  private static ObjectNode enumeration(JsonEnumSchema values) {
    ObjectNode schema = type("string");
    ArrayNode literals = schema.putArray("enum");
    values.enumValues().forEach(literals::add);
    return schema;
  }

  private static ObjectNode anyOf(JsonAnyOfSchema any) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode options = schema.putArray("anyOf");
    any.anyOf().forEach(option -> options.add(of(option)));
    return schema;
  }

  private static String reference(JsonReferenceSchema to) {
    return "#/" + DEFINITIONS + "/" + to.reference().replace("~", "~0").replace("/", "~1");
  }

  /**
   * The same schema for a place within another one: its references are to that place.
   *
   * @param place a JSON pointer
   */
  static JsonNode at(JsonNode schema, String place) {
    if (schema.isArray()) {
      ArrayNode moved = NODES.arrayNode();
      schema.forEach(inner -> moved.add(at(inner, place)));
      return moved;
    }
    if (!schema.isObject()) {
      return schema;
    }
    ObjectNode moved = NODES.objectNode();
    schema.forEachEntry((name, inner) -> {
      boolean local =
          name.equals(REFERENCE) && inner.isString() && inner.stringValue().startsWith("#");
      moved.set(
          name,
          local
              ? NODES.stringNode("#" + place + inner.stringValue().substring(1))
              : at(inner, place));
    });
    return moved;
  }
}

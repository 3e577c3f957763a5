package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.constrain.ConstraintException;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The field {@code response_format}: what the text may be. */
final class ResponseFormat {

  private static final String FIELD = "response_format";
  private static final String SCHEMA = "json_schema";

  private ResponseFormat() {}

  /** The constraint that it asks for. */
  static Optional<TokenConstraint> read(Fields body, Engine engine) {
    Optional<Fields> format = body.object(FIELD);
    if (format.isEmpty()) {
      return Optional.empty();
    }
    String type = format.get().text("type");
    return switch (type) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(engine.constraints().jsonObject());
      case SCHEMA -> Optional.of(schema(format.get(), engine));
      default ->
          throw format
              .get()
              .wrong("type", "is not known: " + type + " (known: text, json_object, json_schema)");
    };
  }

  private static TokenConstraint schema(Fields format, Engine engine) {
    Fields named = format.object(SCHEMA).orElseThrow(() -> format.wrong(SCHEMA, "is missing"));
    var _ = named.string("name");
    JsonNode schema = named.node("schema").orElseThrow(() -> named.wrong("schema", "is missing"));
    return schema(schema, named.name("schema"), engine);
  }

  /**
   * The constraint of a schema.
   *
   * @param name of the field that holds it
   */
  static TokenConstraint schema(JsonNode schema, String name, Engine engine) {
    try {
      return engine.constraints().jsonSchema(schema);
    } catch (ConstraintException e) {
      throw ApiException.field(name, name + " cannot be held to: " + e.getMessage());
    }
  }
}

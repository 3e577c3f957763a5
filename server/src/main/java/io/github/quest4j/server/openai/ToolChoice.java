package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.api.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The field {@code tool_choice}.
 *
 * @param told whether the model hears of the tools
 * @param forced definitions of which it must call one; empty where it may do as it likes
 */
record ToolChoice(boolean told, List<JsonNode> forced) {

  private static final String FIELD = "tool_choice";
  private static final String DEFINITIONS = "$defs";

  /** Reads it. */
  static ToolChoice read(Fields body, Tools tools) {
    Optional<JsonNode> node = body.node(FIELD);
    if (node.isEmpty()) {
      return new ToolChoice(true, List.of());
    }
    if (!node.get().isString()) {
      return function(body, tools);
    }
    String choice = node.get().stringValue();
    return switch (choice) {
      case "none" -> new ToolChoice(false, List.of());
      case "auto" -> new ToolChoice(true, List.of());
      case "required" -> {
        if (!tools.offered()) {
          throw body.wrong(FIELD, "asks for a call and there are no tools");
        }
        yield new ToolChoice(true, tools.definitions());
      }
      default ->
          throw body.wrong(
              FIELD, "is not known: " + choice + " (known: none, auto, required, a function)");
    };
  }

  private static ToolChoice function(Fields body, Tools tools) {
    Fields choice = body.object(FIELD).orElseThrow();
    if (!choice.text("type").equals("function")) {
      throw choice.wrong("type", "is not function");
    }
    Fields function =
        choice.object("function").orElseThrow(() -> choice.wrong("function", "is missing"));
    String name = function.text("name");
    if (!tools.names().contains(name)) {
      throw function.wrong("name", "is none of the tools: " + name);
    }
    List<JsonNode> forced =
        tools.definitions().stream()
            .filter(tool -> tool.at("/function/name").stringValue().equals(name))
            .toList();
    return new ToolChoice(true, forced);
  }

  /** What holds the answer to a call: a JSON object of name and arguments. */
  Optional<TokenConstraint> constraint(Engine engine) {
    if (forced.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode root = Json.object();
    ArrayNode calls = Json.array();
    for (JsonNode tool : forced) {
      calls.add(call(tool.get("function"), root));
    }
    if (calls.size() == 1) {
      root.setAll((ObjectNode) calls.get(0));
    } else {
      root.set("anyOf", calls);
    }
    return Optional.of(ResponseFormat.schema(root, "tools", engine));
  }

  private static ObjectNode call(JsonNode function, ObjectNode root) {
    ObjectNode call = Json.object().put("type", "object");
    ObjectNode properties = call.putObject("properties");
    properties.putObject("name").set("const", function.get("name"));
    JsonNode parameters = function.get("parameters");
    if (parameters instanceof ObjectNode given) {
      ObjectNode own = given.deepCopy();
      JsonNode definitions = own.remove(DEFINITIONS);
      if (definitions != null) {
        root.set(DEFINITIONS, definitions); // references name them from the root
      }
      properties.set("arguments", own);
    } else {
      properties.putObject("arguments").put("type", "object").putObject("properties");
    }
    call.putArray("required").add("name").add("arguments");
    return call.put("additionalProperties", false);
  }
}

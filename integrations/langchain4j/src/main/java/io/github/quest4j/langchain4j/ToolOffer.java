package io.github.quest4j.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools that an answer may call, or must.
 *
 * @param tools on offer; none where no call is wanted
 * @param required whether the answer must be a call
 */
record ToolOffer(List<ToolSpecification> tools, boolean required) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<Map<String, Object>> PLAIN = new TypeReference<>() {};

  ToolOffer {
    tools = List.copyOf(tools);
  }

  /**
   * What a request offers.
   *
   * @throws InvalidRequestException if a call is required and there is no tool
   */
  static ToolOffer of(ChatRequestParameters parameters) {
    ToolChoice choice = Optional.ofNullable(parameters.toolChoice()).orElse(ToolChoice.AUTO);
    if (choice == ToolChoice.NONE) {
      return new ToolOffer(List.of(), false);
    }
    boolean required = choice == ToolChoice.REQUIRED;
    if (required && parameters.toolSpecifications().isEmpty()) {
      throw new InvalidRequestException("a call is required and there are no tools: give some");
    }
    return new ToolOffer(parameters.toolSpecifications(), required);
  }

  Set<String> names() {
    return tools.stream()
        .map(ToolSpecification::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** As chat templates want them. */
  List<Map<String, Object>> definitions() {
    return tools.stream().map(tool -> JSON.convertValue(definition(tool), PLAIN)).toList();
  }

  private static JsonNode definition(ToolSpecification tool) {
    ObjectNode function = NODES.objectNode().put("name", tool.name());
    Optional.ofNullable(tool.description()).ifPresent(d -> function.put("description", d));
    function.set("parameters", parameters(tool));
    ObjectNode definition = NODES.objectNode().put("type", "function");
    definition.set("function", function);
    return definition;
  }

  private static JsonNode parameters(ToolSpecification tool) {
    if (tool.parameters() == null) {
      ObjectNode none = NODES.objectNode().put("type", "object");
      none.putObject("properties");
      return none;
    }
    return Schemas.of(tool.parameters());
  }

  /** The schema of a call, or of an answer where one may stand in its place. */
  JsonNode schema(Optional<JsonNode> answer) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode options = schema.putArray("anyOf");
    for (ToolSpecification tool : tools) {
      String place = "/anyOf/" + options.size() + "/properties/arguments";
      ObjectNode call = options.addObject().put("type", "object");
      ObjectNode properties = call.putObject("properties");
      properties.putObject("name").put("const", tool.name());
      properties.set("arguments", Schemas.at(parameters(tool), place));
      call.putArray("required").add("name").add("arguments");
    }
    answer.ifPresent(a -> options.add(Schemas.at(a, "/anyOf/" + options.size())));
    return schema;
  }
}

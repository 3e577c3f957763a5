package io.github.quest4j.server.openai;

import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.chat.ToolCall;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.api.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads the messages of a conversation. */
final class ChatMessages {

  private static final int MAX_PARTS = 4_096;
  private static final int MAX_CALLS = 128;
  private static final String CONTENT = "content";
  private static final String CALLS = "tool_calls";

  private ChatMessages() {}

  /** One message. */
  static Message read(JsonNode value, String name) {
    Fields fields = Fields.of(value, name);
    String role = fields.text("role");
    return switch (role) {
      case "system", "developer" -> Message.system(content(fields));
      case "user" -> Message.user(content(fields));
      case "assistant" -> assistant(fields);
      case "tool" ->
          Message.tool(
              fields.string("tool_call_id").orElse(""),
              fields.string("name").orElse(""),
              content(fields));
      default ->
          throw fields.wrong(
              "role",
              "is not known: " + role + " (known: system, developer, user, assistant, tool)");
    };
  }

  private static Message assistant(Fields fields) {
    List<ToolCall> calls = fields.list(CALLS, MAX_CALLS, ChatMessages::call);
    if (calls.isEmpty()) {
      return Message.assistant(content(fields));
    }
    return Message.assistant(fields.has(CONTENT) ? content(fields) : "", calls);
  }

  /** Text, whole or in parts; parts are lines of their own. */
  private static String content(Fields fields) {
    Optional<JsonNode> node = fields.node(CONTENT);
    if (node.isEmpty()) {
      throw fields.wrong(CONTENT, "is missing");
    }
    if (node.get().isString()) {
      return node.get().stringValue();
    }
    if (!node.get().isArray()) {
      throw fields.wrong(CONTENT, "is neither a string nor an array of parts");
    }
    return String.join("\n", fields.list(CONTENT, MAX_PARTS, ChatMessages::part));
  }

  private static String part(JsonNode value, String name) {
    Fields part = Fields.of(value, name);
    String type = part.text("type");
    if (!type.equals("text")) {
      throw part.wrong("type", "is " + type + ": this model reads text only");
    }
    return part.text("text");
  }

  private static ToolCall call(JsonNode value, String name) {
    Fields call = Fields.of(value, name);
    Fields function =
        call.object("function").orElseThrow(() -> call.wrong("function", "is missing"));
    String arguments = function.string("arguments").orElse("");
    return new ToolCall(
        call.string("id").orElse(""),
        function.text("name"),
        arguments.isBlank() ? Map.of() : arguments(function, arguments));
  }

  private static Map<String, @Nullable Object> arguments(Fields function, String text) {
    JsonNode node;
    try {
      node = Json.parse(text);
    } catch (JacksonException e) {
      throw ApiException.field(
          function.name("arguments"), function.name("arguments") + " is no JSON");
    }
    if (!node.isObject()) {
      throw function.wrong("arguments", "is no JSON object");
    }
    return Json.map(node);
  }
}

package io.github.quest4j.model.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool}, or what the template
 *     knows besides
 * @param content a String, or a List of content parts (Maps) for templates that take them
 * @param fields further fields that the template reads, such as {@code tool_calls} or {@code
 *     reasoning_content}
 */
public record Message(String role, Object content, Map<String, @Nullable Object> fields) {
  public Message(String role, String content) {
    this(role, content, Map.of());
  }

  public static Message system(String content) {
    return new Message("system", content);
  }

  public static Message user(String content) {
    return new Message("user", content);
  }

  public static Message assistant(String content) {
    return new Message("assistant", content);
  }

  public static Message assistant(String content, List<ToolCall> toolCalls) {
    return new Message(
        "assistant",
        content,
        Map.of("tool_calls", toolCalls.stream().map(ToolCall::variables).toList()));
  }

  /** A tool's answer to the call of this id; an empty id or name is left out. */
  public static Message tool(String toolCallId, String name, String content) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (!toolCallId.isEmpty()) {
      fields.put("tool_call_id", toolCallId);
    }
    if (!name.isEmpty()) {
      fields.put("name", name);
    }
    return new Message("tool", content, fields);
  }

  Map<String, @Nullable Object> variables() {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("role", role);
    variables.put("content", content);
    variables.putAll(fields);
    return variables;
  }
}

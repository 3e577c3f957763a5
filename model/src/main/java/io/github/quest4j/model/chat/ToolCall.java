package io.github.quest4j.model.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's call of a tool.
 *
 * @param id empty where there is none
 * @param arguments by parameter name: Map, List, String, Number, Boolean or null
 */
public record ToolCall(String id, String name, Map<String, @Nullable Object> arguments) {
  Map<String, Object> variables() {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", name);
    function.put("arguments", arguments);
    Map<String, Object> call = new LinkedHashMap<>();
    if (!id.isEmpty()) {
      call.put("id", id);
    }
    call.put("type", "function");
    call.put("function", function);
    return call;
  }
}

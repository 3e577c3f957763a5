package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.tool.ToolPrompts;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.api.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The tools that an answer may call.
 *
 * @param definitions as requests give them: {@code {"type": "function", "function": {…}}}
 * @param names of their functions
 */
record Tools(List<JsonNode> definitions, Set<String> names) {

  /** No tools. */
  static final Tools NONE = new Tools(List.of(), Set.of());

  private static final int MAX_TOOLS = 128;
  private static final String TOOLS = "tools";

  Tools {
    definitions = List.copyOf(definitions);
    names = Set.copyOf(names);
  }

  /** Whether there are any. */
  boolean offered() {
    return !definitions.isEmpty();
  }

  /** Reads {@code tools}. */
  static Tools read(Fields body) {
    Set<String> names = new LinkedHashSet<>();
    List<JsonNode> definitions =
        body.list(
            TOOLS,
            MAX_TOOLS,
            (value, name) -> {
              Fields tool = Fields.of(value, name);
              String type = tool.text("type");
              if (!type.equals("function")) {
                throw tool.wrong("type", "is not function: " + type);
              }
              Fields function =
                  tool.object("function").orElseThrow(() -> tool.wrong("function", "is missing"));
              String called = function.text("name");
              if (!called.matches("[A-Za-z0-9_.-]{1,64}")) {
                throw function.wrong("name", "is not 1 to 64 letters, digits, _ . or -");
              }
              if (!names.add(called)) {
                throw function.wrong("name", "is there twice: " + called);
              }
              var _ = function.object("parameters");
              return value;
            });
    return new Tools(definitions, names);
  }

  /** The conversation with the tools told of, by the model's own template if it takes any. */
  Prompt prompt(Engine engine, List<Message> messages) {
    if (!offered()) {
      return Prompt.chat(messages);
    }
    return ToolPrompts.of(engine, messages, definitions.stream().map(Json::map).toList(), false);
  }
}

package io.github.quest4j.server.openai;

import io.github.quest4j.server.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Finds calls of tools in an answer that comes in pieces: JSON objects of name and arguments within
 * {@code <tool_call>} tags, or one that is the whole answer. Everything else is text, told as soon
 * as it cannot be the beginning of a call.
 */
final class ToolCallScanner {

  private static final String OPEN = "<tool_call>";
  private static final String CLOSE = "</tool_call>";

  /** What an answer consists of. */
  sealed interface Part {
    /** Text. */
    record Text(String text) implements Part {}

    /**
     * A call.
     *
     * @param arguments a JSON object
     */
    record Call(String name, String arguments) implements Part {}
  }

  private final Set<String> names;
  private final StringBuilder held = new StringBuilder(); // not told yet
  private boolean begun; // something has been told: the answer is no lone object
  private boolean called; // what was told last is a call: white space after it says nothing
  private boolean inside; // of tags

  ToolCallScanner(Set<String> names) {
    this.names = names;
  }

  /** Takes more text and tells what is certain. */
  List<Part> accept(String text) {
    held.append(text);
    List<Part> parts = new ArrayList<>();
    if (!begun && !inside && held.toString().stripLeading().startsWith("{")) {
      return parts; // may be a call without tags: only the end tells
    }
    boolean more = true;
    while (more) {
      more = inside ? call(parts) : text(parts);
    }
    return parts;
  }

  /** No more text comes: what is left. */
  List<Part> finish() {
    List<Part> parts = new ArrayList<>();
    String rest = held.toString();
    held.setLength(0);
    Optional<Part.Call> call =
        inside || !begun ? read(inside ? rest : rest.strip()) : Optional.empty();
    if (call.isPresent()) {
      parts.add(call.get());
    } else if (inside) {
      parts.add(new Part.Text(OPEN + rest));
    } else if (!rest.isEmpty() && !(called && rest.isBlank())) {
      parts.add(new Part.Text(rest));
    }
    return parts;
  }

  private boolean text(List<Part> parts) {
    int open = held.indexOf(OPEN);
    int certain = open >= 0 ? open : held.length() - beginnings();
    String text = held.substring(0, certain);
    if (!text.isBlank() || open < 0 && begun && !called) {
      if (!text.isEmpty()) {
        parts.add(new Part.Text(text));
      }
      begun = true;
      called = false;
    } else if (open < 0) {
      return false; // white space before what may be a call
    }
    held.delete(0, open >= 0 ? open + OPEN.length() : certain);
    inside = open >= 0;
    return inside;
  }

  /** Characters at the end that may be the beginning of a tag. */
  private int beginnings() {
    for (int length = Math.min(OPEN.length() - 1, held.length()); length > 0; length--) {
      if (held.substring(held.length() - length).equals(OPEN.substring(0, length))) {
        return length;
      }
    }
    return 0;
  }

  private boolean call(List<Part> parts) {
    int close = held.indexOf(CLOSE);
    if (close < 0) {
      return false;
    }
    String text = held.substring(0, close);
    held.delete(0, close + CLOSE.length());
    inside = false;
    begun = true;
    Optional<Part.Call> call = read(text);
    called = call.isPresent();
    parts.add(call.isPresent() ? call.get() : new Part.Text(OPEN + text + CLOSE));
    return true;
  }

  /** The call that a text is. */
  private Optional<Part.Call> read(String text) {
    JsonNode node;
    try {
      node = Json.parse(text);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    if (node == null || !node.isObject()) {
      return Optional.empty();
    }
    JsonNode name = node.get("name");
    JsonNode arguments = node.has("arguments") ? node.get("arguments") : node.get("parameters");
    if (name == null || !name.isString() || !names.contains(name.stringValue())) {
      return Optional.empty();
    }
    if (arguments == null || arguments.isNull()) {
      return Optional.of(new Part.Call(name.stringValue(), "{}"));
    }
    if (arguments.isString()) {
      return Optional.of(new Part.Call(name.stringValue(), arguments.stringValue()));
    }
    return arguments.isObject()
        ? Optional.of(new Part.Call(name.stringValue(), Json.write(arguments)))
        : Optional.empty();
  }
}

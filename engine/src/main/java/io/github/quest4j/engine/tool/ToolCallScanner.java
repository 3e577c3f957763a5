package io.github.quest4j.engine.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds calls of tools in an answer that comes in pieces: JSON objects of name and arguments within
 * {@code <tool_call>} tags, or one that is the whole answer. Everything else is text, told as soon
 * as it cannot be the beginning of a call. A call of a tool that is not on offer is text.
 *
 * <p>Not thread-safe.
 */
public final class ToolCallScanner {

  static final String OPEN = "<tool_call>";
  static final String CLOSE = "</tool_call>";
  private static final JsonMapper JSON = JsonMapper.shared();

  /** What an answer consists of. */
  public sealed interface Part {
    /** Text; never empty. */
    record Text(String text) implements Part {}

    /**
     * A call.
     *
     * @param arguments a JSON object, as text
     */
    record Call(String name, String arguments) implements Part {}
  }

  private final Set<String> names;
  private final StringBuilder held = new StringBuilder(); // not told yet
  private boolean begun; // something has been told: the answer is no lone object
  private boolean called; // what was told last is a call: white space after it says nothing
  private boolean inside; // of tags

  /** For an answer in which the tools of these names may be called. */
  public ToolCallScanner(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /** Takes more text and tells what is certain. */
  public List<Part> accept(String text) {
    held.append(text);
    List<Part> parts = new ArrayList<>();
    if (!begun && !inside && startsAsObject()) {
      return parts; // may be a call without tags: only the end tells
    }
    boolean more = true;
    while (more) {
      more = inside ? call(parts) : text(parts);
    }
    return parts;
  }

  private boolean startsAsObject() {
    int at = 0;
    while (at < held.length() && Character.isWhitespace(held.charAt(at))) {
      at++;
    }
    return at < held.length() && held.charAt(at) == '{';
  }

  /** No more text comes: what is left. */
  public List<Part> finish() {
    List<Part> parts = new ArrayList<>();
    String rest = held.toString();
    held.setLength(0);
    Optional<Part.Call> call = inside || !begun ? read(rest) : Optional.empty();
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
    JsonNode node = parse(text);
    if (!node.isObject() || !node.path("name").isString()) {
      return Optional.empty();
    }
    String name = node.path("name").stringValue();
    JsonNode arguments = node.has("arguments") ? node.path("arguments") : node.path("parameters");
    if (arguments.isString()) {
      arguments = parse(arguments.stringValue()); // some models write the object as a text
    }
    if (!names.contains(name)) {
      return Optional.empty();
    }
    if (arguments.isMissingNode() || arguments.isNull()) {
      return Optional.of(new Part.Call(name, "{}"));
    }
    return arguments.isObject()
        ? Optional.of(new Part.Call(name, arguments.toString()))
        : Optional.empty();
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      return JSON.nullNode();
    }
  }
}

package io.github.quest4j.engine.constrain;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Writes JSON the shortest way: no white space, escapes only where there must be one. */
final class JsonText {

  private JsonText() {}

  /** A character that cannot stand in a string as it is: a control character, quote, backslash. */
  static String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\f' -> "\\f";
      case '\r' -> "\\r";
      default -> String.format("\\u%04X", (int) c);
    };
  }

  /** A string in quotes, in UTF-8. */
  static byte[] quoted(String text) {
    StringBuilder out = new StringBuilder();
    quote(text, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        out.append(escape(c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /**
   * Any value, in UTF-8.
   *
   * @param place of the schema that has it, for messages
   * @throws ConstraintException if a number was too large to be read
   */
  static byte[] of(JsonNode value, String place) {
    StringBuilder out = new StringBuilder();
    write(value, place, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonNode value, String place, StringBuilder out) {
    if (value.isNumber() && !Schema.isNumber(value)) {
      throw new ConstraintException("a number of the enum or const at " + place + " is too large");
    }
    if (value.isString()) {
      quote(value.stringValue(), out);
    } else if (value.isArray()) {
      char before = '[';
      for (JsonNode element : value) {
        out.append(before);
        write(element, place, out);
        before = ',';
      }
      out.append(value.isEmpty() ? "[]" : "]");
    } else if (value.isObject()) {
      char before = '{';
      for (var member : value.properties()) {
        out.append(before);
        quote(member.getKey(), out);
        out.append(':');
        write(member.getValue(), place, out);
        before = ',';
      }
      out.append(value.isEmpty() ? "{}" : "}");
    } else {
      out.append(value);
    }
  }
}

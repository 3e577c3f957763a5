package io.github.quest4j.model.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of test resources. */
final class Json {
  private final String text;
  private int position;

  private Json(String text) {
    this.text = text;
  }

  static Map<String, @Nullable Object> object(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new AssertionError("not an object: " + value);
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    map.forEach((key, item) -> object.put(String.valueOf(key), item));
    return object;
  }

  static List<@Nullable Object> array(@Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      throw new AssertionError("not an array: " + value);
    }
    return new ArrayList<>(list);
  }

  static @Nullable Object read(String text) {
    var json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.position != text.length()) {
      throw new AssertionError("text after the value at " + json.position);
    }
    return value;
  }

  private void space() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private char peek() {
    space();
    return text.charAt(position);
  }

  private void expect(String word) {
    space();
    if (!text.startsWith(word, position)) {
      throw new AssertionError("expected " + word + " at " + position);
    }
    position += word.length();
  }

  private boolean skip(char c) {
    boolean found = peek() == c;
    position += found ? 1 : 0;
    return found;
  }

  private @Nullable Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> {
        expect("true");
        yield true;
      }
      case 'f' -> {
        expect("false");
        yield false;
      }
      case 'n' -> {
        expect("null");
        yield null;
      }
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    expect("{");
    while (!skip('}')) {
      String key = string();
      expect(":");
      object.put(key, value());
      skip(',');
    }
    return object;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> array = new ArrayList<>();
    expect("[");
    while (!skip(']')) {
      array.add(value());
      skip(',');
    }
    return array;
  }

  private String string() {
    expect("\"");
    var string = new StringBuilder();
    while (text.charAt(position) != '"') {
      char c = text.charAt(position++);
      if (c != '\\') {
        string.append(c);
        continue;
      }
      char escape = text.charAt(position++);
      switch (escape) {
        case 'n' -> string.append('\n');
        case 't' -> string.append('\t');
        case 'r' -> string.append('\r');
        case 'b' -> string.append('\b');
        case 'f' -> string.append('\f');
        case 'u' -> {
          string.append((char) Integer.parseInt(text.substring(position, position + 4), 16));
          position += 4;
        }
        default -> string.append(escape);
      }
    }
    position++;
    return string.toString();
  }

  private Object number() {
    int start = position;
    while (position < text.length() && "+-.eE0123456789".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    String digits = text.substring(start, position);
    if (digits.matches("-?\\d+")) {
      return digits.length() < 18 ? Long.valueOf(digits) : new BigInteger(digits);
    }
    return Double.valueOf(digits);
  }
}

package io.github.quest4j.cli;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON in and out. */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /** One value in one line. */
  static String line(Object value) {
    return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
  }

  /** Prints one value on standard output. */
  static void print(Object value) {
    System.out.println(text(value));
  }

  /** One value as a text of several lines. */
  static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * Parses a text.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException naming the file and where it is no JSON
   */
  static JsonNode parse(Path name, String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          name
              + " is not JSON: line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr(),
          e);
    }
  }

  /** The plain Java value (maps, lists, strings, numbers, booleans, null) of a node. */
  static Object plain(JsonNode node) {
    return MAPPER.treeToValue(node, Object.class);
  }
}

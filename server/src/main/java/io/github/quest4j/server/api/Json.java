package io.github.quest4j.server.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON in and out. What comes in is not trusted: its depth and the lengths of names are limited.
 */
public final class Json {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER = 100;
  private static final int MAX_NAME = 1_024;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER)
                          .maxNameLength(MAX_NAME)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads one value.
   *
   * @throws ApiException where it is no UTF-8, no JSON, has a name twice or is too deep
   */
  public static JsonNode read(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.bad("the body is not UTF-8 text");
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw ApiException.bad("the body is empty: give a JSON object");
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw ApiException.bad(
          "the body is beyond a limit of JSON: "
              + MAX_DEPTH
              + " levels, numbers of "
              + MAX_NUMBER
              + " digits, names of "
              + MAX_NAME
              + " characters");
    } catch (JacksonException e) {
      throw ApiException.bad("the body is not JSON: " + reason(e));
    }
  }

  private static String reason(JacksonException e) {
    String first = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    return e.getLocation() == null
        ? first
        : first
            + " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  /**
   * Reads one value from a text.
   *
   * @throws JacksonException where it is no JSON
   */
  public static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  /** A new object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** An object's plain Java values (maps, lists, strings, numbers, booleans, null), by name. */
  public static Map<String, @Nullable Object> map(JsonNode object) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      map.put(entry.getKey(), MAPPER.treeToValue(entry.getValue(), Object.class));
    }
    return map;
  }

  /** As text. */
  public static String write(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** As bytes of UTF-8; half of a surrogate pair, which a client may have sent, becomes "?". */
  public static byte[] bytes(JsonNode node) {
    return write(node).getBytes(StandardCharsets.UTF_8);
  }
}

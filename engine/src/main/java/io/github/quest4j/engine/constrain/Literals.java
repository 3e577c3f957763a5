package io.github.quest4j.engine.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Values that are listed, each with one way of writing it. */
final class Literals {

  private Literals() {}

  /** One of some texts. */
  static Block of(String... texts) {
    LiteralTrie trie = new LiteralTrie(new WorkBudget());
    int root = LiteralTrie.EMPTY;
    for (String text : texts) {
      root = trie.with(root, text.getBytes(StandardCharsets.UTF_8), 0);
    }
    return new Lead(trie, root);
  }

  /**
   * The values of {@code enum} or {@code const}, those of another {@code type} left out.
   *
   * @throws ConstraintException if none is left, or they are too many
   */
  static Block of(Schema schema, SchemaLimits limits, WritableBytes writable, WorkBudget budget) {
    boolean one = schema.has("const");
    Keywords.requireAlone(schema, one ? "const" : "enum", "type");
    List<JsonNode> given = new ArrayList<>();
    if (one) {
      given.add(schema.json().get("const"));
    } else {
      schema
          .require("enum", "an array that is not empty", n -> n.isArray() && !n.isEmpty())
          .forEach(given::add);
    }
    LiteralTrie trie = new LiteralTrie(budget);
    int set = LiteralTrie.EMPTY;
    List<String> types = Keywords.types(schema);
    for (JsonNode literal : given) {
      byte[] text = writable.require(JsonText.of(literal, schema.place()), schema.place());
      limits.enumValue(text.length, schema);
      if (types.isEmpty() || types.stream().anyMatch(type -> isOfType(literal, type))) {
        set = trie.with(set, text, 0);
      }
    }
    if (set == LiteralTrie.EMPTY) {
      throw new ConstraintException(
          "no value of the enum at " + schema.place() + " is of the type asked for");
    }
    return new Lead(trie, set);
  }

  private static boolean isOfType(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "number" -> value.isNumber();
      default -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
    };
  }
}

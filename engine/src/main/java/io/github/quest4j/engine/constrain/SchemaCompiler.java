package io.github.quest4j.engine.constrain;

import io.github.quest4j.engine.constrain.ObjectRule.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Compiles one JSON Schema to blocks. */
final class SchemaCompiler {

  private static final int MOST_ITEMS = 1_000_000;

  private final JsonNode root;
  private final JsonGrammar grammar;
  private final WorkBudget budget = new WorkBudget();
  private final Scalars scalars;
  private final SchemaLimits limits = new SchemaLimits();
  private final Map<String, Value> references = new HashMap<>(); // by place
  private final Deque<Runnable> open = new ArrayDeque<>();
  private final Map<Value, Schema> values = new LinkedHashMap<>();
  private final List<Need> needs = new ArrayList<>();

  /** A block that can be written to its end if all these can be. */
  private record Need(Block block, List<Value> parts) {}

  SchemaCompiler(JsonNode schema, JsonGrammar grammar) {
    this.root = schema;
    this.grammar = grammar;
    this.scalars = new Scalars(grammar, budget);
  }

  /**
   * The value that the schema describes.
   *
   * @throws ConstraintException as {@link Constraints#jsonSchema} says
   */
  Value compile() {
    Value value = referenced(new Schema(root, "#"));
    while (!open.isEmpty()) {
      open.pop().run();
    }
    for (Map.Entry<Value, Schema> made : values.entrySet()) {
      made.getKey().freeze();
      int alternatives = made.getKey().blocks().size();
      SchemaLimits.check(alternatives, SchemaLimits.ALTERNATIVES, "alternatives", made.getValue());
    }
    requireEnds();
    return value;
  }

  private Value referenced(Schema schema) {
    Value known = references.get(schema.place());
    if (known == null) {
      known = new Value();
      Value made = known;
      references.put(schema.place(), made);
      open.push(() -> fill(made, schema, 0, 0));
    }
    return known;
  }

  private Value value(Schema schema, int levels, int steps) {
    Value value = new Value();
    fill(value, schema, levels, steps);
    return value;
  }

  private void fill(Value value, Schema schema, int levels, int steps) {
    limits.schema(schema);
    values.put(value, schema);
    if (schema.json().isBoolean() && schema.json().booleanValue()) {
      value.include(grammar.value());
      return;
    }
    if (!schema.json().isObject()) {
      throw new ConstraintException(
          "the schema at "
              + schema.place()
              + (schema.json().isBoolean()
                  ? " is false, which nothing satisfies"
                  : " must be an object"));
    }
    Keywords.requireKnown(schema);
    if (schema.has("$ref")) {
      Keywords.requireAlone(schema, "$ref");
      value.include(referenced(schema.reference(root)));
    } else if (schema.has("anyOf")) {
      Keywords.requireAlone(schema, "anyOf");
      SchemaLimits.check(steps + 1, SchemaLimits.STEPS, "levels of anyOf", schema);
      JsonNode options =
          schema.require("anyOf", "an array that is not empty", n -> n.isArray() && !n.isEmpty());
      for (int i = 0; i < options.size(); i++) {
        value.include(value(schema.at("anyOf", String.valueOf(i)), levels, steps + 1));
      }
    } else if (schema.has("enum") || schema.has("const")) {
      value.add(Literals.of(schema, limits, grammar.writable(), budget));
    } else {
      typed(value, schema, levels);
    }
  }

  private void typed(Value value, Schema schema, int levels) {
    List<String> types = Keywords.types(schema);
    if (types.isEmpty()) {
      value.include(grammar.value());
    }
    for (String type : types) {
      switch (type) {
        case "object" -> value.add(object(schema, levels + 1));
        case "array" -> value.add(array(schema, levels + 1));
        case "string" -> value.add(scalars.string(schema));
        case "number" -> value.add(scalars.number(schema, false));
        case "boolean" -> value.add(Literals.of("true", "false"));
        case "null" -> value.add(Literals.of("null"));
        default -> {
          if (!types.contains("number")) {
            value.add(scalars.number(schema, true));
          }
        }
      }
    }
  }

  private Block array(Schema schema, int levels) {
    SchemaLimits.check(levels, SchemaLimits.LEVELS, "levels of nesting", schema);
    int least = schema.count("minItems", 0, MOST_ITEMS);
    int most = schema.count("maxItems", ArrayTail.ANY, MOST_ITEMS);
    if (least > most) {
      throw new ConstraintException(
          "no array satisfies both minItems and maxItems of the schema at " + schema.place());
    }
    if (!schema.has("items") && least == 0 && most == ArrayTail.ANY) {
      return grammar.array();
    }
    boolean described = schema.has("items") && most > 0;
    Value items = described ? value(schema.at("items"), levels, 0) : grammar.value();
    Block array = new ArrayTail.Rule(items, least, most).array();
    needs.add(new Need(array, least > 0 && described ? List.of(items) : List.of()));
    return array;
  }

  private Block object(Schema schema, int levels) {
    SchemaLimits.check(levels, SchemaLimits.LEVELS, "levels of nesting", schema);
    Set<String> required = required(schema);
    List<Member> members = new ArrayList<>();
    List<Value> needed = new ArrayList<>();
    if (schema.has("properties")) {
      JsonNode properties = schema.require("properties", "an object", JsonNode::isObject);
      for (String name : properties.propertyNames()) {
        limits.property(name, schema);
        Value value = value(schema.at("properties", name), levels, 0);
        byte[] written = grammar.writable().require(JsonText.quoted(name), schema.place());
        members.add(new Member(written, value, required.contains(name)));
        if (required.remove(name)) {
          needed.add(value);
        }
      }
    }
    if (!required.isEmpty()) {
      throw new ConstraintException(
          "the keyword \"required\" at "
              + schema.placeOf("required")
              + " names \""
              + required.iterator().next()
              + "\", which properties does not describe");
    }
    budget.at(schema.place());
    Optional<Part> others = others(schema, levels);
    if (members.isEmpty() && others.isPresent() && others.get() == grammar.value()) {
      return grammar.object();
    }
    Block object = new ObjectRule(members, others, budget).object();
    needs.add(new Need(object, needed));
    return object;
  }

  private static Set<String> required(Schema schema) {
    Set<String> required = new HashSet<>();
    if (schema.has("required")) {
      JsonNode names =
          schema.require(
              "required",
              "an array of strings",
              n -> n.isArray() && n.valueStream().allMatch(JsonNode::isString));
      names.forEach(name -> required.add(name.stringValue()));
    }
    return required;
  }

  /** What members that are not declared may be. */
  private Optional<Part> others(Schema schema, int levels) {
    if (!schema.has("additionalProperties")) {
      return schema.has("properties") ? Optional.empty() : Optional.of(grammar.value());
    }
    JsonNode given = schema.json().get("additionalProperties");
    if (given.isBoolean()) {
      return given.booleanValue() ? Optional.of(grammar.value()) : Optional.empty();
    }
    return Optional.of(value(schema.at("additionalProperties"), levels, 0));
  }

  /** Refuses what could be begun and never ended, such as a list whose end is required to go on. */
  private void requireEnds() {
    Set<Block> pending = new HashSet<>();
    needs.forEach(need -> pending.add(need.block));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Need need : needs) {
        if (pending.contains(need.block)
            && need.parts.stream().allMatch(part -> ends(part, pending))) {
          changed = pending.remove(need.block);
        }
      }
    }
    for (Map.Entry<Value, Schema> made : values.entrySet()) {
      Value value = made.getKey();
      if (value.blocks().isEmpty() || value.blocks().stream().anyMatch(pending::contains)) {
        throw new ConstraintException(
            "the schema at "
                + made.getValue().place()
                + " cannot be satisfied: it requires itself without end");
      }
    }
  }

  private static boolean ends(Value value, Set<Block> pending) {
    return value.blocks().stream().anyMatch(block -> !pending.contains(block));
  }
}

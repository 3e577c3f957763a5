package io.github.quest4j.engine.constrain;

import io.github.quest4j.engine.constrain.NumberAutomaton.Range;
import java.util.List;
import java.util.Optional;

/** The values of JSON about which nothing else is asked. */
final class JsonGrammar {

  /** Objects and arrays in each other where a schema does not say which; readers have limits. */
  static final int DEEPEST = 64;

  private final WritableBytes writable;
  private final Block string = new Lead(StringAutomaton.free(0, StringAutomaton.ANY), 0);
  private final Block number = number(false);
  private final Block integer = number(true);
  private final Block object;
  private final Block array;
  private final Value value;

  /** For texts of these bytes. */
  JsonGrammar(WritableBytes writable) {
    this.writable = writable;
    Block[] scalars = {string, number, Literals.of("true", "false", "null")};
    Value inner = Value.of(scalars);
    Block innerObject;
    Block innerArray;
    int depth = 0;
    do {
      innerObject = new ObjectRule(List.of(), Optional.of(inner), new WorkBudget()).object();
      innerArray = new ArrayTail.Rule(inner, 0, ArrayTail.ANY).array();
      inner = Value.of(scalars[0], scalars[1], scalars[2], innerObject, innerArray);
    } while (++depth < DEEPEST);
    object = innerObject;
    array = innerArray;
    value = inner;
  }

  private static Block number(boolean integer) {
    return new Lead(NumberAutomaton.of(Range.any(integer), new WorkBudget()).orElseThrow(), 0);
  }

  /** The bytes that a text may need. */
  WritableBytes writable() {
    return writable;
  }

  /** Any string. */
  Block string() {
    return string;
  }

  /** Any number. */
  Block number() {
    return number;
  }

  /** Any integer. */
  Block integer() {
    return integer;
  }

  /** Any object. */
  Block object() {
    return object;
  }

  /** Any array. */
  Block array() {
    return array;
  }

  /** Anything. */
  Value value() {
    return value;
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.Map;

/** What {@code value is name} knows. */
@SuppressWarnings("ReferenceEquality") // sameas is identity
final class Tests {
  private interface Test {
    boolean holds(Object value, Args args, Rendering r);
  }

  private static final Map<String, Test> TESTS =
      Map.ofEntries(
          Map.entry("defined", (value, args, r) -> !(value instanceof Undefined)),
          Map.entry("undefined", (value, args, r) -> value instanceof Undefined),
          Map.entry("none", (value, args, r) -> value == None.NONE),
          Map.entry("boolean", (value, args, r) -> value instanceof Boolean),
          Map.entry("true", (value, args, r) -> value.equals(true)),
          Map.entry("false", (value, args, r) -> value.equals(false)),
          Map.entry(
              "integer",
              (value, args, r) -> Numbers.isInteger(value) && !(value instanceof Boolean)),
          Map.entry("float", (value, args, r) -> value instanceof Double),
          Map.entry("number", (value, args, r) -> Numbers.isNumber(value)),
          Map.entry("string", (value, args, r) -> Types.isString(value)),
          Map.entry("mapping", (value, args, r) -> value instanceof DictValue),
          Map.entry("sequence", (value, args, r) -> isSequence(value)),
          Map.entry("iterable", (value, args, r) -> Types.isIterable(value)),
          Map.entry("callable", (value, args, r) -> value instanceof Callable),
          Map.entry("escaped", (value, args, r) -> value instanceof Markup),
          Map.entry("lower", (value, args, r) -> Text.isLower(Repr.str(value, r))),
          Map.entry("upper", (value, args, r) -> Text.isUpper(Repr.str(value, r))),
          Map.entry("odd", (value, args, r) -> remainder(value, 2L, r).equals(1L)),
          Map.entry("even", (value, args, r) -> isZero(remainder(value, 2L, r))),
          Map.entry(
              "divisibleby",
              (value, args, r) -> isZero(remainder(value, other("divisibleby", "num", args), r))),
          Map.entry(
              "in", (value, args, r) -> Comparison.contains(other("in", "seq", args), value, r)),
          Map.entry("sameas", (value, args, r) -> isSame(value, other("sameas", "other", args))),
          Map.entry("filter", (value, args, r) -> Filters.exists(Repr.str(value, r))),
          Map.entry("test", (value, args, r) -> exists(Repr.str(value, r))),
          Map.entry("eq", (value, args, r) -> Comparison.equal(value, other("eq", "b", args), r)),
          Map.entry("ne", (value, args, r) -> !Comparison.equal(value, other("ne", "b", args), r)),
          Map.entry("lt", order("<")),
          Map.entry("le", order("<=")),
          Map.entry("gt", order(">")),
          Map.entry("ge", order(">=")));

  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("==", "eq"),
          Map.entry("equalto", "eq"),
          Map.entry("!=", "ne"),
          Map.entry("<", "lt"),
          Map.entry("lessthan", "lt"),
          Map.entry("<=", "le"),
          Map.entry(">", "gt"),
          Map.entry("greaterthan", "gt"),
          Map.entry(">=", "ge"));

  private Tests() {}

  static boolean exists(String name) {
    return TESTS.containsKey(ALIASES.getOrDefault(name, name));
  }

  static boolean apply(String name, Object value, Args args, Rendering r) {
    Test test = TESTS.get(ALIASES.getOrDefault(name, name));
    if (test == null) {
      throw new TemplateError("No test named '" + name + "'.");
    }
    return test.holds(value, args, r);
  }

  private static Object other(String test, String parameter, Args args) {
    return args.bind(test, parameter).need(parameter);
  }

  private static Test order(String operator) {
    return (value, args, r) -> Comparison.ordered(operator, value, other(operator, "b", args), r);
  }

  private static boolean isSequence(Object value) {
    return Types.isString(value)
        || value instanceof Sequence
        || value instanceof DictValue
        || value instanceof Undefined;
  }

  private static Object remainder(Object value, Object divisor, Rendering r) {
    return Arithmetic.binary("%", value, divisor, r);
  }

  private static boolean isZero(Object number) {
    return Numbers.isNumber(number) && Numbers.real(number) == 0;
  }

  /** Identity as far as a template can rely on it: small values are one object in Python. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Object value, Object other) {
    boolean plain = value instanceof String || value instanceof Boolean || value instanceof Long;
    return plain ? value.equals(other) : value == other;
  }
}

package io.github.quest4j.engine.constrain;

import io.github.quest4j.engine.constrain.NumberAutomaton.Bound;
import io.github.quest4j.engine.constrain.NumberAutomaton.Range;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compiles the keywords of strings and numbers. */
final class Scalars {

  private static final int MOST_FRACTION_DIGITS = 400; // of a bound, as doubles may have

  private final JsonGrammar grammar;
  private final WorkBudget budget;

  private record Both(int first, int second) {}

  Scalars(JsonGrammar grammar, WorkBudget budget) {
    this.grammar = grammar;
    this.budget = budget;
  }

  /** A string within its pattern, format and lengths. */
  Block string(Schema schema) {
    int least = schema.count("minLength", 0, StringAutomaton.LONGEST);
    int most = schema.count("maxLength", StringAutomaton.ANY, StringAutomaton.LONGEST);
    if (least > most) {
      throw unsatisfiable(schema, "string");
    }
    List<TableAutomaton> patterns = new ArrayList<>();
    schema.text("pattern").ifPresent(p -> patterns.add(pattern(p, schema, "pattern")));
    if (schema.has("format")) {
      String format = schema.text("format").orElseThrow();
      String pattern =
          Formats.pattern(format)
              .orElseThrow(() ->
                  new ConstraintException(
                      "the format \""
                          + format
                          + "\" at "
                          + schema.placeOf("format")
                          + " is not supported: known are "
                          + Formats.names()));
      patterns.add(pattern(pattern, schema, "format"));
    }
    boolean anyLength = least == 0 && most == StringAutomaton.ANY;
    if (patterns.isEmpty()) {
      return anyLength ? grammar.string() : new Lead(StringAutomaton.free(least, most), 0);
    }
    Automaton all = patterns.getFirst();
    budget.at(schema.place());
    if (patterns.size() > 1) {
      all = both(all, patterns.getLast(), schema);
    }
    if (!anyLength) {
      all = both(all, StringAutomaton.canonical(least, most), schema);
    }
    return new Lead(all, 0);
  }

  private TableAutomaton pattern(String pattern, Schema schema, String keyword) {
    budget.at(schema.placeOf(keyword));
    return RegexAutomaton.of(
            RegexParser.parse(pattern, schema.placeOf(keyword)), grammar.writable(), budget)
        .orElseThrow(() -> unsatisfiable(schema, "string"));
  }

  private Automaton both(Automaton first, Automaton second, Schema schema) {
    Optional<TableAutomaton> both =
        TableAutomaton.of(
            new Both(0, 0),
            (at, octet) -> {
              int a = first.next(at.first, octet);
              int b = a == Automaton.DEAD ? a : second.next(at.second, octet);
              return b == Automaton.DEAD ? null : new Both(a, b);
            },
            at ->
                second.label(at.second) == Automaton.NONE ? Automaton.NONE : first.label(at.first),
            budget);
    return both.orElseThrow(() -> unsatisfiable(schema, "string"));
  }

  /** A number within its bounds. */
  Block number(Schema schema, boolean integer) {
    Optional<Bound> low = bound(schema, "minimum", true);
    Optional<Bound> high = bound(schema, "maximum", true);
    low = tighter(low, bound(schema, "exclusiveMinimum", false), 1);
    high = tighter(high, bound(schema, "exclusiveMaximum", false), -1);
    Range range = new Range(integer, beyond(low, -1), beyond(high, 1), divisor(schema));
    if (range.isAny()) {
      return integer ? grammar.integer() : grammar.number();
    }
    budget.at(schema.place());
    return new Lead(
        NumberAutomaton.of(range, budget).orElseThrow(() -> unsatisfiable(schema, "number")), 0);
  }

  private static Optional<Bound> bound(Schema schema, String keyword, boolean inclusive) {
    Optional<BigDecimal> value = schema.number(keyword);
    if (value.isPresent() && value.get().scale() > MOST_FRACTION_DIGITS) {
      throw new ConstraintException(
          "the keyword \""
              + keyword
              + "\" at "
              + schema.placeOf(keyword)
              + " has more than the supported "
              + MOST_FRACTION_DIGITS
              + " digits after the point");
    }
    return value.map(v -> new Bound(clamped(v), inclusive));
  }

  /** All bounds beyond the longest number are alike, and cheap to write out. */
  private static BigDecimal clamped(BigDecimal value) {
    BigDecimal beyond = BigDecimal.TEN.pow(NumberAutomaton.DIGITS);
    boolean huge = value.precision() - (long) value.scale() > NumberAutomaton.DIGITS;
    return huge ? beyond.multiply(BigDecimal.valueOf(value.signum())) : value;
  }

  /** The bound that is farther in the direction of a sign. */
  private static Optional<Bound> tighter(Optional<Bound> a, Optional<Bound> b, int sign) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    int compared = Integer.signum(b.get().value().compareTo(a.get().value()));
    return compared == sign || compared == 0 ? b : a; // b, the exclusive one, where they are equal
  }

  /** Without a bound that all numbers keep. */
  private static Optional<Bound> beyond(Optional<Bound> bound, int sign) {
    BigDecimal beyond = BigDecimal.TEN.pow(NumberAutomaton.DIGITS);
    return bound.filter(b -> b.value().signum() != sign || b.value().abs().compareTo(beyond) < 0);
  }

  private static Optional<BigDecimal> divisor(Schema schema) {
    Optional<BigDecimal> given = schema.number("multipleOf");
    if (given.isEmpty()) {
      return given;
    }
    BigDecimal divisor = given.get();
    String where = "the keyword \"multipleOf\" at " + schema.placeOf("multipleOf");
    if (divisor.signum() <= 0) {
      throw new ConstraintException(where + " must be greater than zero");
    }
    BigDecimal stripped = divisor.stripTrailingZeros();
    boolean large = stripped.precision() - (long) stripped.scale() > 9;
    if (large || stripped.precision() > 9 || stripped.scale() > NumberAutomaton.DIGITS) {
      throw new ConstraintException(
          where + " has more digits than are supported, 9 from the first to the last");
    }
    return Optional.of(divisor);
  }

  private static ConstraintException unsatisfiable(Schema schema, String kind) {
    return new ConstraintException(
        "no " + kind + " satisfies all keywords of the schema at " + schema.place());
  }
}

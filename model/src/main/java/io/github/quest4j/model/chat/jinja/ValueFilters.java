package io.github.quest4j.model.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;

/** Filters on single values: numbers, defaults, JSON. */
final class ValueFilters {
  static final Map<String, Filters.Filter> ALL =
      Map.ofEntries(
          Map.entry("default", ValueFilters::otherwise),
          Map.entry("d", ValueFilters::otherwise),
          Map.entry("tojson", ValueFilters::toJson),
          Map.entry("int", ValueFilters::integer),
          Map.entry("float", ValueFilters::real),
          Map.entry("abs", (input, args, r) -> absolute(input)),
          Map.entry("round", ValueFilters::round),
          Map.entry("attr", ValueFilters::attribute),
          Map.entry("filesizeformat", ValueFilters::fileSize));

  private ValueFilters() {}

  private static Object otherwise(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("default", "default_value", "boolean");
    boolean missing =
        input instanceof Undefined || (bound.flag("boolean", false) && !Types.truth(input));
    return missing ? bound.get("default_value", "") : input;
  }

  /**
   * transformers' {@code tojson}: as Python's {@code json.dumps}, with nothing escaped for HTML.
   */
  private static Object toJson(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    return JsonWriter.write(
        input,
        bound.flag("ensure_ascii", false),
        bound.get("indent"),
        bound.get("separators"),
        bound.flag("sort_keys", false),
        r);
  }

  private static Object integer(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("int", "default", "base");
    long base = bound.index("base", 10);
    String text = Types.string(input);
    Object value = null;
    if (text != null) {
      if (base != 0 && (base < 2 || base > 36)) {
        return bound.get("default", 0L);
      }
      value = Numbers.parseInteger(text, (int) base);
      if (value == null) {
        Double real = Numbers.parseReal(text);
        value = real == null || !Double.isFinite(real) ? null : whole(real);
      }
    } else if (input instanceof Undefined undefined) {
      throw undefined.error();
    } else if (input instanceof Double real) {
      if (Double.isInfinite(real)) {
        throw new TemplateError("cannot convert float infinity to integer");
      }
      value = Double.isNaN(real) ? null : whole(real);
    } else if (Numbers.isInteger(input)) {
      value = Numbers.normal(Numbers.big(input));
    }
    return value == null ? bound.get("default", 0L) : value;
  }

  static Object whole(double value) {
    return Numbers.normal(new BigDecimal(value).toBigInteger());
  }

  private static Object real(Object input, Args args, Rendering r) {
    Object otherwise = args.bind("float", "default").get("default", 0.0);
    if (input instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(input)) {
      return Numbers.real(input);
    }
    String text = Types.string(input);
    Double value = text == null ? null : Numbers.parseReal(text);
    return value == null ? otherwise : value;
  }

  private static Object absolute(Object input) {
    if (input instanceof Double number) {
      return Math.abs(number);
    }
    if (!Numbers.isInteger(input)) {
      throw new TemplateError("bad operand type for abs(): '" + Types.name(input) + "'");
    }
    return Numbers.normal(Numbers.big(input).abs());
  }

  private static Object round(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("round", "precision", "method");
    String method = bound.text("method", "common");
    Object precision = bound.get("precision", 0L);
    if (!Numbers.isNumber(input)) {
      throw new TemplateError("type " + Types.name(input) + " doesn't define __round__ method");
    }
    return switch (method) {
      case "common" -> round(input, precision);
      case "ceil", "floor" -> {
        Object scale = Arithmetic.binary("**", 10L, precision, r);
        Object scaled = Arithmetic.binary("*", input, scale, r);
        double whole =
            method.equals("ceil")
                ? Math.ceil(Numbers.real(scaled))
                : Math.floor(Numbers.real(scaled));
        yield Arithmetic.binary("/", whole(whole), scale, r);
      }
      default -> throw new TemplateError("method must be common, ceil or floor");
    };
  }

  /** Half to even on the exact value, as Python rounds. */
  static Object round(Object number, Object precision) {
    int digits = Math.clamp(Numbers.index(precision), -400, 400);
    if (number instanceof Double value) {
      return Double.isFinite(value)
          ? Math.copySign(
              new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue(), value)
          : value;
    }
    BigInteger whole = Numbers.big(number);
    return Numbers.normal(
        digits >= 0
            ? whole
            : new BigDecimal(whole, MathContext.UNLIMITED)
                .setScale(digits, RoundingMode.HALF_EVEN)
                .toBigIntegerExact());
  }

  private static Object attribute(Object input, Args args, Rendering r) {
    String name = args.bind("attr", "name").text("name");
    if (input instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object found = Subscript.member(input, name, r);
    return found == null ? Undefined.attribute(input, name, r) : found;
  }

  private static Object fileSize(Object input, Args args, Rendering r) {
    boolean binary = args.bind("filesizeformat", "binary").flag("binary", false);
    double bytes = Numbers.real(real(input, Args.of(Double.NaN), r));
    if (Double.isNaN(bytes)) {
      throw new TemplateError(
          Types.isString(input)
              ? "could not convert string to float: " + Repr.repr(input, r)
              : "float() argument must be a string or a real number, not '"
                  + Types.name(input)
                  + "'");
    }
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return (long) bytes + " Bytes";
    }
    String prefixes = binary ? "KMGTPEZY" : "kMGTPEZY";
    int power = 0;
    double unit = (double) base * base;
    while (bytes >= unit && power < prefixes.length() - 1) {
      unit *= base;
      power++;
    }
    String size = FormatSpec.fixed(base * bytes / unit, 1);
    return size + " " + prefixes.charAt(power) + (binary ? "iB" : "B");
  }
}

package io.github.quest4j.model.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Python's numbers: ints are Long, and BigInteger beyond its range; bools count as ints; floats are
 * Double.
 */
final class Numbers {
  /** Python refuses to print longer ints, so longer ones are not made at all. */
  private static final int MAX_BITS = 14_284;

  private static final int MAX_DIGITS = 4300;

  private Numbers() {}

  static Object normal(BigInteger value) {
    if (value.bitLength() < 64) {
      return value.longValue();
    }
    if (value.bitLength() > MAX_BITS) {
      throw new TemplateError("Exceeds the limit (4300 digits) for integer string conversion");
    }
    return value;
  }

  static boolean isNumber(Object value) {
    return value instanceof Double || isInteger(value);
  }

  /** Whether the value is an int or a bool. */
  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
  }

  static BigInteger big(Object integer) {
    return switch (integer) {
      case Long number -> BigInteger.valueOf(number);
      case BigInteger number -> number;
      case Boolean flag -> flag ? BigInteger.ONE : BigInteger.ZERO;
      default -> throw new IllegalArgumentException("not an int: " + integer.getClass());
    };
  }

  static double real(Object number) {
    return switch (number) {
      case Double value -> value;
      case Long value -> value.doubleValue();
      default -> {
        double value = big(number).doubleValue();
        if (Double.isInfinite(value)) {
          throw new TemplateError("int too large to convert to float");
        }
        yield value;
      }
    };
  }

  /** An int where Python wants one: for indices, sizes and counts. */
  static long index(Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean flag -> flag ? 1 : 0;
      case BigInteger number -> number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
      case Undefined undefined -> throw undefined.error();
      default ->
          throw new TemplateError(
              "'" + Types.name(value) + "' object cannot be interpreted as an integer");
    };
  }

  static int compare(Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      return Long.compare(a, b);
    }
    if (left instanceof Double a && right instanceof Double b) {
      return a < b ? -1 : a > b ? 1 : 0;
    }
    if (left instanceof Double a && !Double.isFinite(a)) {
      return a > 0 ? 1 : -1;
    }
    if (right instanceof Double b && !Double.isFinite(b)) {
      return b > 0 ? -1 : 1;
    }
    return decimal(left).compareTo(decimal(right));
  }

  static boolean isNaN(Object value) {
    return value instanceof Double number && Double.isNaN(number);
  }

  private static BigDecimal decimal(Object number) {
    return number instanceof Double value ? new BigDecimal(value) : new BigDecimal(big(number));
  }

  /** Python's {@code int(text, base)}; null where the text is no number. */
  static @Nullable Object parseInteger(String text, int base) {
    String digits = Text.strip(text);
    if (digits.length() > MAX_DIGITS) {
      return null;
    }
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    String prefix = digits.length() > 1 ? Text.lower(digits.substring(0, 2)) : "";
    int radix = base;
    int of = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 0;
    if (of != 0 && (base == of || base == 0)) {
      radix = of;
      digits = digits.substring(2);
      digits = digits.startsWith("_") ? digits.substring(1) : digits;
    } else if (base == 0) {
      radix = 10;
      if (digits.startsWith("0") && !digits.matches("0(_?0)*")) {
        return null;
      }
    }
    if (digits.isEmpty()
        || digits.startsWith("_")
        || digits.endsWith("_")
        || digits.contains("__")
        || digits.startsWith("-")
        || digits.startsWith("+")) {
      return null;
    }
    try {
      var value = new BigInteger(digits.replace("_", ""), radix);
      return normal(negative ? value.negate() : value);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Python's {@code float(text)}; null where the text is no number. */
  static @Nullable Double parseReal(String text) {
    String digits = Text.lower(Text.strip(text));
    if (digits.length() > MAX_DIGITS) {
      return null;
    }
    String unsigned =
        digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
    double sign = digits.startsWith("-") ? -1 : 1;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (unsigned.equals("nan")) {
      return Double.NaN;
    }
    if (!unsigned.matches(
        "(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)(e[+-]?\\d+(_\\d+)*)?")) {
      return null;
    }
    return sign * Double.parseDouble(unsigned.replace("_", ""));
  }
}

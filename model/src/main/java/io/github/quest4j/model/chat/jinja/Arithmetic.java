package io.github.quest4j.model.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's arithmetic operators on numbers, strings, lists and tuples. */
final class Arithmetic {
  private Arithmetic() {}

  static Object binary(String operator, Object left, Object right, Rendering r) {
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (operator.equals("%") && Types.isString(left)) {
      return PercentFormat.format(left, right, r);
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return left instanceof Double || right instanceof Double
          ? real(operator, Numbers.real(left), Numbers.real(right))
          : integer(operator, left, right);
    }
    Object result =
        switch (operator) {
          case "+" -> add(left, right, r);
          case "*" -> multiply(left, right, r);
          default -> null;
        };
    if (result == null) {
      throw new TemplateError(
          "unsupported operand type(s) for %s: '%s' and '%s'"
              .formatted(
                  operator.equals("**") ? "** or pow()" : operator,
                  Types.name(left),
                  Types.name(right)));
    }
    return result;
  }

  private static @Nullable Object add(Object left, Object right, Rendering r) {
    if (left instanceof String a && right instanceof String b) {
      r.reserve((long) a.length() + b.length());
      return a.concat(b);
    }
    if (Types.isString(left) && Types.isString(right)) {
      return new Markup(Markup.of(left, r).text() + Markup.of(right, r).text());
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return new ListValue(joined(a.items, b.items, r));
    }
    if (left instanceof TupleValue a && right instanceof TupleValue b) {
      return new TupleValue(joined(a.items, b.items, r));
    }
    if (Types.isString(left) || left instanceof ListValue || left instanceof TupleValue) {
      throw new TemplateError(
          "can only concatenate %1$s (not \"%2$s\") to %1$s"
              .formatted(Types.name(left), Types.name(right)));
    }
    return null;
  }

  private static List<Object> joined(List<Object> left, List<Object> right, Rendering r) {
    r.reserveItems((long) left.size() + right.size());
    var all = new ArrayList<Object>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return all;
  }

  private static @Nullable Object multiply(Object left, Object right, Rendering r) {
    boolean leftRepeats =
        Types.isString(left) || left instanceof ListValue || left instanceof TupleValue;
    boolean rightRepeats =
        Types.isString(right) || right instanceof ListValue || right instanceof TupleValue;
    if (!leftRepeats && !rightRepeats) {
      return null;
    }
    Object repeated = leftRepeats ? left : right;
    Object count = leftRepeats ? right : left;
    if (!Numbers.isInteger(count)) {
      throw new TemplateError(
          "can't multiply sequence by non-int of type '" + Types.name(count) + "'");
    }
    long times = Math.max(Numbers.index(count), 0);
    return switch (repeated) {
      case String text -> Text.repeat(text, times, r);
      case Markup markup -> new Markup(Text.repeat(markup.text(), times, r));
      case ListValue list -> new ListValue(repeat(list.items, times, r));
      case TupleValue tuple -> new TupleValue(repeat(tuple.items, times, r));
      default -> null;
    };
  }

  private static List<Object> repeat(List<Object> items, long times, Rendering r) {
    if (items.isEmpty()) {
      return List.of();
    }
    r.reserveItems(times > Integer.MAX_VALUE ? Long.MAX_VALUE : times * items.size());
    var all = new ArrayList<Object>();
    for (long i = 0; i < times; i++) {
      all.addAll(items);
    }
    return all;
  }

  private static Object real(String operator, double left, double right) {
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / nonZero(right, "float division by zero");
      case "//" -> Math.floor(left / nonZero(right, "float floor division by zero"));
      case "%" -> modulo(left, nonZero(right, "float modulo"));
      case "**" -> power(left, right);
      default -> throw new IllegalArgumentException("no arithmetic operator: " + operator);
    };
  }

  private static double nonZero(double divisor, String error) {
    if (divisor == 0) {
      throw new TemplateError(error);
    }
    return divisor;
  }

  private static double modulo(double left, double right) {
    double rest = left % right;
    if (rest == 0) {
      return Math.copySign(0.0, right);
    }
    return (rest < 0) != (right < 0) ? rest + right : rest;
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new TemplateError("0.0 cannot be raised to a negative power");
    }
    if (base < 0 && exponent != Math.rint(exponent) && Double.isFinite(base)) {
      throw new TemplateError("complex numbers are not supported in templates");
    }
    double result = Math.pow(base, exponent);
    if (Double.isInfinite(result) && Double.isFinite(base) && Double.isFinite(exponent)) {
      throw new TemplateError("(34, 'Numerical result out of range')");
    }
    return result;
  }

  private static Object integer(String operator, Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      long high = Math.multiplyHigh(a, b);
      switch (operator) {
        case "+" -> {
          long sum = a + b;
          if (((a ^ sum) & (b ^ sum)) >= 0) {
            return sum;
          }
        }
        case "-" -> {
          long difference = a - b;
          if (((a ^ b) & (a ^ difference)) >= 0) {
            return difference;
          }
        }
        case "*" -> {
          if (high == (a * b) >> 63) {
            return a * b;
          }
        }
        default -> {}
      }
    }
    BigInteger a = Numbers.big(left);
    BigInteger b = Numbers.big(right);
    return switch (operator) {
      case "+" -> Numbers.normal(a.add(b));
      case "-" -> Numbers.normal(a.subtract(b));
      case "*" -> Numbers.normal(a.multiply(b));
      case "/" -> Numbers.real(left) / nonZero(Numbers.real(right), "division by zero");
      case "//" -> {
        nonZero(b.signum(), "integer division or modulo by zero");
        BigInteger[] parts = a.divideAndRemainder(b);
        boolean floor = parts[1].signum() != 0 && parts[1].signum() != b.signum();
        yield Numbers.normal(floor ? parts[0].subtract(BigInteger.ONE) : parts[0]);
      }
      case "%" -> {
        nonZero(b.signum(), "integer modulo by zero");
        BigInteger rest = a.remainder(b);
        boolean floor = rest.signum() != 0 && rest.signum() != b.signum();
        yield Numbers.normal(floor ? rest.add(b) : rest);
      }
      case "**" -> power(a, b);
      default -> throw new IllegalArgumentException("no arithmetic operator: " + operator);
    };
  }

  private static Object power(BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      return power(base.doubleValue(), exponent.doubleValue());
    }
    if (base.abs().bitLength() <= 1) {
      boolean negative = base.signum() < 0 && exponent.testBit(0);
      return exponent.signum() == 0 ? 1L : negative ? -1L : base.abs().longValue();
    }
    if (exponent.bitLength() > 14 || (long) base.bitLength() * exponent.intValue() > 1 << 16) {
      return Numbers.normal(BigInteger.ONE.shiftLeft(1 << 16));
    }
    return Numbers.normal(base.pow(exponent.intValue()));
  }

  static Object unary(String operator, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Double number) {
      return operator.equals("-") ? -number : number;
    }
    if (Numbers.isInteger(value)) {
      BigInteger number = Numbers.big(value);
      return Numbers.normal(operator.equals("-") ? number.negate() : number);
    }
    throw new TemplateError(
        "bad operand type for unary %s: '%s'".formatted(operator, Types.name(value)));
  }
}

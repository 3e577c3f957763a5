package io.github.quest4j.model.chat.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Iterator;

/** Python's {@code str()} and {@code repr()}. */
final class Repr {
  private Repr() {}

  static String str(Object value, Rendering r) {
    return switch (value) {
      case String text -> text;
      case Markup markup -> markup.text();
      case Undefined undefined -> "";
      default -> repr(value, r);
    };
  }

  static String repr(Object value, Rendering r) {
    var out = new Output(r);
    write(value, out, r);
    return out.toString();
  }

  private static void write(Object value, Output out, Rendering r) {
    r.enter();
    switch (value) {
      case None none -> out.append("None");
      case Boolean flag -> out.append(flag ? "True" : "False");
      case Double number -> out.append(real(number));
      case String text -> out.append(quoted(text));
      case Markup markup -> out.append("Markup(" + quoted(markup.text()) + ")");
      case Undefined undefined -> out.append("Undefined");
      case ListValue list -> writeAll("[", list.items.iterator(), "]", out, r);
      case TupleValue tuple ->
          writeAll("(", tuple.items.iterator(), tuple.size() == 1 ? ",)" : ")", out, r);
      case DictValue dict -> write(dict, out, r);
      case RangeValue range ->
          out.append(
              range.step == 1
                  ? "range(%d, %d)".formatted(range.start, range.stop)
                  : "range(%d, %d, %d)".formatted(range.start, range.stop, range.step));
      case DictView view -> writeAll(Types.name(view) + "([", view.iterator(), "])", out, r);
      case Namespace namespace -> {
        out.append("<Namespace ");
        write(namespace.attributes(), out, r);
        out.append(">");
      }
      case Generator generator -> out.append("<" + generator.type() + " object>");
      case Callable callable -> out.append(callable.shown());
      default -> out.append(value.toString());
    }
    r.exit();
  }

  private static void writeAll(
      String open, Iterator<Object> items, String close, Output out, Rendering r) {
    out.append(open);
    for (boolean first = true; items.hasNext(); first = false) {
      if (!first) {
        out.append(", ");
      }
      write(items.next(), out, r);
    }
    out.append(close);
  }

  private static void write(DictValue dict, Output out, Rendering r) {
    out.append("{");
    boolean first = true;
    for (var entry : dict.entries()) {
      if (!first) {
        out.append(", ");
      }
      first = false;
      write(entry.key(), out, r);
      out.append(": ");
      write(entry.value(), out, r);
    }
    out.append("}");
  }

  /** The shortest digits that read back as the same double; an exponent outside 1e-4 to 1e16. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /**
   * Java gives two digits at least, and so for some doubles others than the one digit that is
   * enough.
   */
  private static BigDecimal shortest(double value) {
    var digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (digits.precision() == 2) {
      BigDecimal one = digits.round(new MathContext(1));
      return one.doubleValue() == value ? one : digits;
    }
    return digits;
  }

  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    var out = new StringBuilder(text.length() + 2).append(quote);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (Text.isPrintable(c)) {
            out.appendCodePoint(c);
          } else {
            out.append(escape(c));
          }
        }
      }
    }
    return out.append(quote).toString();
  }

  /** A character as Python's backslash escape of two, four or eight hexadecimal digits. */
  static String escape(int c) {
    return c < 0x100
        ? "\\x%02x".formatted(c)
        : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
  }
}

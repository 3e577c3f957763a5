package io.github.quest4j.model.chat.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code format % values}. */
@SuppressWarnings("OrphanedFormatString") // Python formats, not Java ones
final class PercentFormat {
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|\\d{1,9})?(?:\\.(\\*|\\d{0,9}))?[hlL]?(.)?",
          Pattern.DOTALL);

  private final String format;
  private final Object values;
  private final boolean escaping;
  private final Rendering r;
  private final List<Object> positional;
  private int used;

  private PercentFormat(String format, Object values, boolean escaping, Rendering r) {
    this.format = format;
    this.values = values;
    this.escaping = escaping;
    this.r = r;
    this.positional = values instanceof TupleValue tuple ? tuple.items : List.of(values);
  }

  /** Formats; where the format is markup, the values are escaped and the result is markup. */
  static Object format(Object format, Object values, Rendering r) {
    return format instanceof Markup markup
        ? new Markup(new PercentFormat(markup.text(), values, true, r).run())
        : new PercentFormat(Repr.str(format, r), values, false, r).run();
  }

  private String run() {
    var out = new Output(r);
    Matcher directive = DIRECTIVE.matcher(format);
    int start = 0;
    while (directive.find(start)) {
      out.append(format.substring(start, directive.start()));
      out.append(directive(directive));
      start = directive.end();
    }
    out.append(format.substring(start));
    // Python takes whatever can be subscripted for a mapping, whose items need not be used.
    boolean mapping =
        values instanceof DictValue
            || values instanceof ListValue
            || values instanceof RangeValue
            || values instanceof Undefined;
    if (used < positional.size() && !mapping) {
      throw new TemplateError("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  private String directive(Matcher found) {
    String conversion = found.group(5);
    if (conversion == null) {
      throw new TemplateError("incomplete format");
    }
    if (conversion.equals("%")) {
      return "%";
    }
    String flags = found.group(2);
    int width = size(found.group(3), 0);
    boolean left = flags.contains("-") || width < 0;
    int precision = size(found.group(4), -1);
    Object value = found.group(1) == null ? next() : named(found.group(1));
    width = Math.abs(width);
    r.reserve(Math.max(width, precision));
    boolean zero = flags.contains("0") && !left;
    char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
    boolean alternate = flags.contains("#");
    char type = conversion.charAt(0);
    return switch (type) {
      case 's', 'r', 'a' -> pad("", text(type, value, precision), width, left, false);
      case 'c' -> pad("", character(value), width, left, false);
      case 'd', 'i', 'u', 'x', 'X', 'o' -> {
        BigInteger number = integer(value, type);
        yield pad(
            sign(number.signum() < 0, sign) + (alternate ? prefix(type) : ""),
            digits(number.abs(), type, precision),
            width,
            left,
            zero);
      }
      case 'e', 'E', 'f', 'F', 'g', 'G' -> {
        double number = real(value);
        boolean negative = number < 0 || (number == 0 && 1 / number < 0);
        yield pad(
            sign(negative, sign),
            FormatSpec.realDigits(Math.abs(number), precision, type, alternate),
            width,
            left,
            zero && Double.isFinite(number));
      }
      default -> {
        int c = conversion.codePointAt(0);
        throw new TemplateError(
            "unsupported format character '%s' (0x%x) at index %d"
                .formatted(conversion, c, found.start(5)));
      }
    };
  }

  private int size(@Nullable String text, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (text.equals("*")) {
      Object value = next();
      if (!Numbers.isInteger(value)) {
        throw new TemplateError("* wants int");
      }
      return Math.clamp(Numbers.index(value), -Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private Object next() {
    if (used >= positional.size()) {
      throw new TemplateError("not enough arguments for format string");
    }
    return positional.get(used++);
  }

  private Object named(String name) {
    if (!(values instanceof DictValue dict)) {
      throw new TemplateError("format requires a mapping");
    }
    Object value = dict.get(name, r);
    if (value == null) {
      throw new TemplateError(Repr.repr(name, r));
    }
    return value;
  }

  private String text(char type, Object value, int precision) {
    String text =
        type == 's' ? Repr.str(value, r) : type == 'r' ? Repr.repr(value, r) : ascii(value);
    if (escaping && !(value instanceof Markup)) {
      text = Markup.escape(text);
    }
    return precision >= 0 && precision < Text.length(text)
        ? text.substring(0, Text.offset(text, precision))
        : text;
  }

  private String ascii(Object value) {
    return BraceFormat.ascii(Repr.repr(value, r));
  }

  private static String character(Object value) {
    String text = Types.string(value);
    if (text != null && Text.length(text) == 1) {
      return text;
    }
    if (!Numbers.isInteger(value)) {
      throw new TemplateError('%' + "c requires int or char");
    }
    return Character.toString(FormatSpec.character(Numbers.big(value)));
  }

  private static BigInteger integer(Object value, char type) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    boolean decimal = "diu".indexOf(type) >= 0;
    if (decimal && value instanceof Double number && Double.isFinite(number)) {
      return Numbers.big(ValueFilters.whole(number));
    }
    if (!Numbers.isInteger(value)) {
      throw new TemplateError(
          "%%%s format: %s is required, not %s"
              .formatted(type, decimal ? "a real number" : "an integer", Types.name(value)));
    }
    return Numbers.big(value);
  }

  private static double real(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Numbers.isNumber(value)) {
      throw new TemplateError("must be real number, not " + Types.name(value));
    }
    return Numbers.real(value);
  }

  private static String digits(BigInteger number, char type, int precision) {
    String digits =
        switch (type) {
          case 'x' -> number.toString(16);
          case 'X' -> number.toString(16).toUpperCase(Locale.ROOT);
          case 'o' -> number.toString(8);
          default -> number.toString();
        };
    return "0".repeat(Math.max(precision - digits.length(), 0)) + digits;
  }

  private static String prefix(char type) {
    return "xXo".indexOf(type) >= 0 ? "0" + type : "";
  }

  private static String sign(boolean negative, char flag) {
    return negative ? "-" : flag == '-' ? "" : String.valueOf(flag);
  }

  private String pad(String lead, String body, int width, boolean left, boolean zero) {
    long missing = (long) width - Text.length(lead) - Text.length(body);
    if (left) {
      return lead + body + Text.repeat(" ", missing, r);
    }
    return zero
        ? lead + Text.repeat("0", missing, r) + body
        : Text.repeat(" ", missing, r) + lead + body;
  }
}

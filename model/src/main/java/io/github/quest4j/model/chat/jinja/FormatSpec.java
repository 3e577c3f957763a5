package io.github.quest4j.model.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification: {@code
 * [[fill]align][sign][#][0][width][grouping][.precision][type]}.
 *
 * @param align one of {@code < > ^ =}, or a blank where the value's type decides
 * @param grouping a comma, an underscore, or a blank for none
 * @param precision -1 for none
 * @param type a blank for none
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    int precision,
    char type) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\\d{1,9})?([,_])?(?:\\.(\\d{1,9}))?([a-zA-Z%])?",
          Pattern.DOTALL);

  static FormatSpec parse(String spec) {
    Matcher found = SPEC.matcher(spec);
    if (!found.matches()) {
      throw new TemplateError("Invalid format specifier");
    }
    boolean zero = found.group(5) != null;
    char align = first(found.group(2));
    String fill = found.group(1);
    return new FormatSpec(
        fill != null ? fill : zero && align == ' ' ? "0" : " ",
        zero && align == ' ' ? '=' : align,
        found.group(3) == null ? '-' : found.group(3).charAt(0),
        found.group(4) != null,
        found.group(6) == null ? 0 : Integer.parseInt(found.group(6)),
        first(found.group(7)),
        found.group(8) == null ? -1 : Integer.parseInt(found.group(8)),
        first(found.group(9)));
  }

  private static char first(@org.jspecify.annotations.Nullable String group) {
    return group == null ? ' ' : group.charAt(0);
  }

  String apply(Object value, Rendering r) {
    r.reserve(Math.max(width, precision));
    String text = Types.string(value);
    if (text != null) {
      return text(text, r);
    }
    if (value instanceof Double number) {
      return real(number, r);
    }
    if (Numbers.isInteger(value)) {
      return isReal(type) ? real(Numbers.real(value), r) : integer(Numbers.big(value), r);
    }
    throw new TemplateError(
        "unsupported format string passed to " + Types.name(value) + ".__format__");
  }

  private static boolean isReal(char type) {
    return switch (type) {
      case 'e', 'E', 'f', 'F', 'g', 'G', '%' -> true;
      default -> false;
    };
  }

  private TemplateError unknownType(String name) {
    return new TemplateError(
        "Unknown format code '" + type + "' for object of type '" + name + "'");
  }

  private String text(String text, Rendering r) {
    if (type != ' ' && type != 's') {
      throw unknownType("str");
    }
    if (align == '=' && !fill.equals("0")) {
      throw new TemplateError("'=' alignment not allowed in string format specifier");
    }
    String shown =
        precision >= 0 && precision < Text.length(text)
            ? text.substring(0, Text.offset(text, precision))
            : text;
    return pad("", shown, align == ' ' || align == '=' ? '<' : align, r);
  }

  private String integer(BigInteger value, Rendering r) {
    if (precision >= 0) {
      throw new TemplateError("Precision not allowed in integer format specifier");
    }
    BigInteger size = value.abs();
    String digits =
        switch (type) {
          case ' ', 'd', 'n' -> grouped(size.toString(), 3);
          case 'b' -> grouped(size.toString(2), 4);
          case 'o' -> grouped(size.toString(8), 4);
          case 'x' -> grouped(size.toString(16), 4);
          case 'X' -> grouped(size.toString(16).toUpperCase(Locale.ROOT), 4);
          case 'c' -> Character.toString(character(value));
          default -> throw unknownType("int");
        };
    String prefix = alternate && "boxX".indexOf(type) >= 0 ? "0" + type : "";
    return padNumber(signOf(value.signum() < 0) + prefix, digits, r);
  }

  static int character(BigInteger value) {
    if (value.signum() < 0
        || value.bitLength() > 31
        || !Character.isValidCodePoint(value.intValue())) {
      throw new TemplateError('%' + "c arg not in range(0x110000)");
    }
    return value.intValue();
  }

  private String real(double value, Rendering r) {
    String digits = realDigits(Math.abs(value), precision, type, alternate);
    int whole = 0;
    while (whole < digits.length() && Character.isDigit(digits.charAt(whole))) {
      whole++;
    }
    String shown = grouped(digits.substring(0, whole), 3) + digits.substring(whole);
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    return padNumber(signOf(negative), shown, r);
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
  }

  private String grouped(String digits, int size) {
    if (grouping == ' ') {
      return digits;
    }
    var grouped = new StringBuilder(digits);
    for (int i = digits.length() - size; i > 0; i -= size) {
      grouped.insert(i, grouping);
    }
    return grouped.toString();
  }

  private String padNumber(String lead, String digits, Rendering r) {
    return pad(lead, digits, align == ' ' ? '>' : align, r);
  }

  private String pad(String lead, String body, char where, Rendering r) {
    long missing = (long) width - Text.length(lead) - Text.length(body);
    if (missing <= 0) {
      return lead + body;
    }
    return switch (where) {
      case '<' -> lead + body + Text.repeat(fill, missing, r);
      case '^' ->
          Text.repeat(fill, missing / 2, r)
              + lead
              + body
              + Text.repeat(fill, missing - missing / 2, r);
      case '=' -> lead + Text.repeat(fill, missing, r) + body;
      default -> Text.repeat(fill, missing, r) + lead + body;
    };
  }

  /** The digits of a float that is not negative. */
  static String realDigits(double value, int precision, char type, boolean alternate) {
    boolean upper = Character.isUpperCase(type);
    if (!Double.isFinite(value)) {
      String name = Double.isNaN(value) ? "nan" : "inf";
      return (upper ? name.toUpperCase(Locale.ROOT) : name) + (type == '%' ? "%" : "");
    }
    int places = precision < 0 ? 6 : precision;
    String digits =
        switch (type) {
          case 'f', 'F' -> fixed(value, places);
          case '%' -> fixed(value * 100, places) + "%";
          case 'e', 'E' -> scientific(value, places);
          case 'g', 'G' -> general(value, Math.max(places, 1), alternate);
          case 'n' -> general(value, Math.max(places, 1), alternate);
          case ' ' -> precision < 0 ? Repr.real(value) : bare(value, Math.max(precision, 1));
          default ->
              throw new TemplateError(
                  "Unknown format code '" + type + "' for object of type 'float'");
        };
    return upper ? digits.toUpperCase(Locale.ROOT) : digits;
  }

  static String fixed(double value, int places) {
    return new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double value, int places) {
    if (value == 0) {
      return fixed(0, places) + "e+00";
    }
    var rounded = new BigDecimal(value).round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    var digits = new StringBuilder(rounded.unscaledValue().toString());
    while (digits.length() < places + 1) {
      digits.append('0');
    }
    digits.setLength(places + 1);
    if (places > 0) {
      digits.insert(1, '.');
    }
    return digits
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static String general(double value, int digits, boolean keepZeros) {
    int exponent = exponent(value, digits);
    String text =
        exponent < -4 || exponent >= digits
            ? scientific(value, digits - 1)
            : fixed(value, digits - 1 - exponent);
    return keepZeros ? text : withoutZeros(text);
  }

  /** Without a type: as general, but with a digit after the point at least. */
  private static String bare(double value, int digits) {
    int exponent = exponent(value, digits);
    if (exponent < -4 || exponent >= digits) {
      return withoutZeros(scientific(value, digits - 1));
    }
    String text = withoutZeros(fixed(value, digits - 1 - exponent));
    return text.contains(".") ? text : text + ".0";
  }

  private static int exponent(double value, int digits) {
    if (value == 0) {
      return 0;
    }
    var rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    return rounded.precision() - rounded.scale() - 1;
  }

  private static String withoutZeros(String text) {
    int e = text.indexOf('e');
    String mantissa = e < 0 ? text : text.substring(0, e);
    if (mantissa.contains(".")) {
      int end = mantissa.length();
      while (mantissa.charAt(end - 1) == '0') {
        end--;
      }
      mantissa = mantissa.substring(0, mantissa.charAt(end - 1) == '.' ? end - 1 : end);
    }
    return e < 0 ? mantissa : mantissa + text.substring(e);
  }
}

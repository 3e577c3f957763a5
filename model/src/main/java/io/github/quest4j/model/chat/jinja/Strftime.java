package io.github.quest4j.model.chat.jinja;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Python's {@code datetime.strftime} on Linux, in the C locale, for a time without a zone. */
@SuppressWarnings("JavaLocalDateTimeGetNano") // a code of its own asks for the fraction
final class Strftime {
  private final LocalDateTime time;
  private final Rendering r;

  private Strftime(LocalDateTime time, Rendering r) {
    this.time = time;
    this.r = r;
  }

  static String format(LocalDateTime time, String format, Rendering r) {
    return new Strftime(time, r).format(format);
  }

  private String format(String format) {
    var out = new Output(r);
    int i = 0;
    while (i < format.length()) {
      if (format.charAt(i) != '%') {
        int end = format.indexOf('%', i);
        end = end < 0 ? format.length() : end;
        out.append(format.substring(i, end));
        i = end;
        continue;
      }
      int code = i + 1;
      while (code < format.length() && "-_0^#EO".indexOf(format.charAt(code)) >= 0) {
        code++;
      }
      String flags = format.substring(i + 1, Math.min(code, format.length()));
      String field = code < format.length() ? field(format.charAt(code), flags) : null;
      i = Math.min(code + 1, format.length());
      // What is no code stays as it is written.
      out.append(field == null ? format.substring(format.lastIndexOf('%', code - 1), i) : field);
    }
    return out.toString();
  }

  private @org.jspecify.annotations.Nullable String field(char code, String flags) {
    String text =
        switch (code) {
          case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'b', 'h' -> month().substring(0, 3);
          case 'B' -> month();
          case 'c' -> format("%a %b %e %H:%M:%S %Y");
          case 'D', 'x' -> format("%m/%d/%y");
          case 'F' -> format("%Y-%m-%d");
          case 'T', 'X' -> format("%H:%M:%S");
          case 'R' -> format("%H:%M");
          case 'r' -> format("%I:%M:%S %p");
          case 'p' -> time.getHour() < 12 ? "AM" : "PM";
          case 'P' -> time.getHour() < 12 ? "am" : "pm";
          case 'f' -> "%06d".formatted(time.get(ChronoField.MICRO_OF_SECOND));
          case 'n' -> "\n";
          case 't' -> "\t";
          case '%' -> "%";
          case 'z', 'Z' -> "";
          default -> null;
        };
    if (text != null) {
      boolean swap = flags.contains("#") && code == 'p';
      return swap
          ? Text.lower(text)
          : flags.contains("^") || flags.contains("#") ? Text.upper(text) : text;
    }
    return number(code, flags);
  }

  private String month() {
    return time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  private @org.jspecify.annotations.Nullable String number(char code, String flags) {
    int weekday = time.getDayOfWeek().getValue();
    int dayOfYear = time.getDayOfYear();
    return switch (code) {
      case 'd' -> padded(time.getDayOfMonth(), 2, '0', flags);
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ', flags);
      case 'm' -> padded(time.getMonthValue(), 2, '0', flags);
      case 'y' -> padded(Math.floorMod(time.getYear(), 100), 2, '0', flags);
      case 'Y' -> padded(time.getYear(), 1, '0', flags);
      case 'C' -> padded(Math.floorDiv(time.getYear(), 100), 2, '0', flags);
      case 'H' -> padded(time.getHour(), 2, '0', flags);
      case 'k' -> padded(time.getHour(), 2, ' ', flags);
      case 'I' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, '0', flags);
      case 'l' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, ' ', flags);
      case 'M' -> padded(time.getMinute(), 2, '0', flags);
      case 'S' -> padded(time.getSecond(), 2, '0', flags);
      case 's' -> Long.toString(time.toEpochSecond(ZoneOffset.UTC));
      case 'j' -> padded(dayOfYear, 3, '0', flags);
      case 'u' -> Integer.toString(weekday);
      case 'w' -> Integer.toString(weekday % 7);
      case 'U' -> padded((dayOfYear + 6 - weekday % 7) / 7, 2, '0', flags);
      case 'W' -> padded((dayOfYear + 6 - (weekday - 1)) / 7, 2, '0', flags);
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flags);
      case 'G' -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 1, '0', flags);
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flags);
      default -> null;
    };
  }

  private static String padded(int value, int width, char with, String flags) {
    String digits = Integer.toString(value);
    char fill = flags.contains("_") ? ' ' : flags.contains("0") ? '0' : with;
    int missing = flags.contains("-") ? 0 : Math.max(width - digits.length(), 0);
    return String.valueOf(fill).repeat(missing) + digits;
  }
}

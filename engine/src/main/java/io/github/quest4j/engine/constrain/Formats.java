package io.github.quest4j.engine.constrain;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The formats of strings, as patterns of whole texts. Each text that one matches is valid; not
 * every valid text is matched: no leap seconds, no time zone beyond 14 hours, no IPv4 address
 * inside an IPv6 one, no quoted or international mailboxes and none of a single-label host, no
 * single number of more than nine digits.
 */
final class Formats {

  private static final String DATE =
      "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
          + "|02-(?:0[1-9]|1\\d|2[0-8]))"
          + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
  private static final String HOUR_AND_MINUTE = "(?:[01]\\d|2[0-3]):[0-5]\\d";
  private static final String TIME =
      HOUR_AND_MINUTE + ":[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))";
  // Five labels of 36, a mailbox of 63: within the 254 characters that an address may have.
  private static final String LABEL = "[0-9A-Za-z](?:[0-9A-Za-z-]{0,34}[0-9A-Za-z])?";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,4}";
  private static final String ATOM = "[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]";
  private static final String MAILBOX = ATOM + "(?:\\.?" + ATOM + "){0,31}";
  private static final String OCTET = "(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])";
  private static final String HEX = "[0-9A-Fa-f]";
  private static final String N = "\\d{1,9}";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          DATE + "T" + TIME,
          "duration",
          duration(),
          "email",
          MAILBOX + "@(?:" + LABEL + "\\.){1,4}[A-Za-z]{2,36}",
          "hostname",
          HOST,
          "ipv4",
          OCTET + "(?:\\." + OCTET + "){3}",
          "ipv6",
          ipv6(),
          "uuid",
          HEX + "{8}(?:-" + HEX + "{4}){3}-" + HEX + "{12}");

  private Formats() {}

  /** The pattern of a format, if it is known. */
  static Optional<String> pattern(String format) {
    return Optional.ofNullable(PATTERNS.get(format)).map(p -> "^(?:" + p + ")$");
  }

  /** All formats, for messages. */
  static String names() {
    return String.join(", ", new TreeSet<>(PATTERNS.keySet()));
  }

  private static String duration() {
    String minute = "(?:" + N + "M(?:" + N + "S)?)";
    String time = "T(?:" + N + "H" + minute + "?|" + minute + "|" + N + "S)";
    String month = "(?:" + N + "M(?:" + N + "D)?)";
    String date = "(?:" + N + "Y" + month + "?|" + month + "|" + N + "D)";
    return "P(?:" + date + "(?:" + time + ")?|" + time + "|" + N + "W)";
  }

  private static String ipv6() {
    String group = HEX + "{1,4}";
    StringBuilder all = new StringBuilder(group + "(?::" + group + "){7}");
    // With a gap: so many groups before it, and as many after it as leave out at least one.
    for (int before = 0; before <= 7; before++) {
      all.append('|');
      if (before > 0) {
        all.append(group).append("(?::").append(group).append("){").append(before - 1).append('}');
      }
      all.append("::");
      if (before < 7) {
        all.append("(?:").append(group);
        all.append("(?::").append(group).append("){0,").append(6 - before).append("})?");
      }
    }
    return all.toString();
  }
}

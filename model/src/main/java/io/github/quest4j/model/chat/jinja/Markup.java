package io.github.quest4j.model.chat.jinja;

/**
 * A string that counts as HTML already: what {@code safe} and {@code escape} return. Strings joined
 * to it are escaped.
 */
record Markup(String text) {
  static String escape(String plain) {
    var escaped = new StringBuilder(plain.length() + 16);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '\'' -> escaped.append("&#39;");
        case '"' -> escaped.append("&#34;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  static Markup of(Object value, Rendering r) {
    return value instanceof Markup markup ? markup : new Markup(escape(Repr.str(value, r)));
  }
}

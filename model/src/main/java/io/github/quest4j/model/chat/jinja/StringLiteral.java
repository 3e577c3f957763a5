package io.github.quest4j.model.chat.jinja;

/** The escapes of Python's string literals. */
final class StringLiteral {
  private final String literal;
  private final int line;
  private final StringBuilder value = new StringBuilder();
  private int position;

  private StringLiteral(String literal, int line) {
    this.literal = literal;
    this.line = line;
  }

  static String value(String literal, int line) {
    return literal.indexOf('\\') < 0 ? literal : new StringLiteral(literal, line).read();
  }

  private String read() {
    while (position < literal.length()) {
      char c = literal.charAt(position++);
      if (c == '\\' && position < literal.length()) {
        escape();
      } else {
        value.append(c);
      }
    }
    return value.toString();
  }

  private void escape() {
    int c = literal.codePointAt(position);
    position += Character.charCount(c);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> value.append((char) c);
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000b');
      case 'x' -> hex(2, "truncated \\xXX escape");
      case 'u' -> hex(4, "truncated \\uXXXX escape");
      case 'U' -> hex(8, "truncated \\UXXXXXXXX escape");
      case 'N' -> named();
      default -> {
        if (c >= '0' && c <= '7') {
          position--;
          octal();
        } else if (c < 0x80) {
          value.append('\\').append((char) c);
        } else {
          // jinja2 escapes what is not ASCII before it reads the escapes, so this one's backslash
          // is doubled.
          value.append(Repr.escape(c));
        }
      }
    }
  }

  private void hex(int digits, String error) {
    int end = position;
    while (end < literal.length()
        && end < position + digits
        && Character.digit(literal.charAt(end), 16) >= 0
        && literal.charAt(end) < 0x80) {
      end++;
    }
    if (end < position + digits) {
      throw new TemplateError(error, line);
    }
    long code = Long.parseLong(literal.substring(position, end), 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new TemplateError("illegal Unicode character", line);
    }
    value.appendCodePoint((int) code);
    position = end;
  }

  private void octal() {
    int code = 0;
    for (int i = 0; i < 3 && position < literal.length(); i++) {
      int digit = Character.digit(literal.charAt(position), 8);
      if (digit < 0) {
        break;
      }
      code = code * 8 + digit;
      position++;
    }
    value.append((char) code);
  }

  private void named() {
    int end = literal.indexOf('}', position);
    if (end < 0 || literal.charAt(position) != '{') {
      throw new TemplateError("malformed \\N character escape", line);
    }
    try {
      value.appendCodePoint(Character.codePointOf(literal.substring(position + 1, end)));
    } catch (IllegalArgumentException e) {
      throw new TemplateError("unknown Unicode character name", line);
    }
    position = end + 1;
  }
}

package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with transformers' settings: the newline after a block is dropped
 * (trim_blocks), as is white space between the start of a line and a block (lstrip_blocks); {@code
 * -} strips more and {@code +} less.
 */
final class Lexer {
  private static final Pattern OPENING = Pattern.compile("\\{[%{#]");
  private static final Pattern RAW_BEGIN = pattern("\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})");
  private static final Pattern RAW_END =
      pattern("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern COMMENT_END = pattern("\\+#\\}|-#\\}\\s*|#\\}\\n?");
  private static final Pattern BLOCK_END = pattern("\\+%\\}|-%\\}\\s*|%\\}\\n?");
  private static final Pattern VARIABLE_END = pattern("-\\}\\}\\s*|\\}\\}");
  private static final Pattern SPACE = pattern("\\s+");
  private static final Pattern FLOAT =
      pattern(
          "(?<!\\.)[0-9][0-9_]*+(?<!_)(?:(?:\\.[0-9_]+)?[eE][+-]?[0-9][0-9_]*|\\.[0-9][0-9_]*)");
  private static final Pattern INTEGER =
      pattern(
          "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?[0-9])*+|0(?:_?0)*+");
  private static final Pattern NAME =
      Pattern.compile(
          "[\\p{javaUnicodeIdentifierStart}_][\\p{javaUnicodeIdentifierPart}&&[^\\p{Cntrl}\\p{Cf}]]*+");
  private static final Pattern OPERATOR =
      pattern("\\*\\*|//|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean atLineStart = true;

  private Lexer(String source) {
    String normal = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = normal.endsWith("\n") ? normal.substring(0, normal.length() - 1) : normal;
  }

  static List<Token> tokens(String source) {
    var lexer = new Lexer(source);
    lexer.readAll();
    return List.copyOf(lexer.tokens);
  }

  /** Python's white space is wider than Java's {@code \s}. */
  private static Pattern pattern(String regex) {
    return Pattern.compile(
        regex.replace(
            "\\s",
            "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"));
  }

  private void readAll() {
    Matcher opening = OPENING.matcher(source);
    while (opening.find(position)) {
      readTag(opening.start());
    }
    data(source.substring(position));
    add(Kind.END, "");
  }

  private void readTag(int start) {
    char kind = source.charAt(start + 1);
    Matcher raw = RAW_BEGIN.matcher(source).region(start, source.length());
    boolean isRaw = kind == '%' && raw.lookingAt();
    int end = isRaw ? raw.end() : start + 2;
    char sign = isRaw ? sign(raw) : end < source.length() ? source.charAt(end) : ' ';
    boolean signed = sign == '-' || sign == '+';
    text(start, signed ? sign : ' ', kind != '{');
    moveTo(isRaw ? end : signed ? end + 1 : end);
    if (isRaw) {
      readRaw();
    } else if (kind == '#') {
      readComment();
    } else {
      add(kind == '{' ? Kind.VARIABLE_BEGIN : Kind.BLOCK_BEGIN, source.substring(start, end));
      readExpression(kind == '{');
    }
  }

  private static char sign(Matcher tag) {
    String sign = tag.group(1);
    return sign == null || sign.isEmpty() ? ' ' : sign.charAt(0);
  }

  /** The text up to a tag, stripped as the tag's sign says. */
  private void text(int end, char sign, boolean strippable) {
    String text = source.substring(position, end);
    String kept = text;
    if (sign == '-') {
      kept = Text.stripRight(text);
    } else if (sign != '+' && strippable) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean blank = lineStart < text.length() && Text.strip(text.substring(lineStart)).isEmpty();
      if (blank && (lineStart > 0 || atLineStart)) {
        kept = text.substring(0, lineStart);
      }
    }
    data(kept);
    moveTo(end);
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void add(Kind kind, String text) {
    tokens.add(Token.of(line, kind, text));
  }

  private void moveTo(int end) {
    for (int i = position; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    if (end > position) {
      atLineStart = source.charAt(end - 1) == '\n';
    }
    position = end;
  }

  private void readRaw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(position)) {
      throw new TemplateError("Missing end of raw directive", line);
    }
    text(end.start(), sign(end), true);
    moveTo(end.end());
  }

  private void readComment() {
    Matcher end = COMMENT_END.matcher(source);
    if (!end.find(position)) {
      throw new TemplateError("Missing end of comment tag", line);
    }
    moveTo(end.end());
  }

  private void readExpression(boolean variable) {
    Matcher end = matcher(variable ? VARIABLE_END : BLOCK_END);
    Matcher space = matcher(SPACE);
    Matcher real = matcher(FLOAT);
    real.useTransparentBounds(true);
    Matcher integer = matcher(INTEGER);
    Matcher name = matcher(NAME);
    Matcher operator = matcher(OPERATOR);
    Deque<Character> brackets = new ArrayDeque<>();
    while (position < source.length()) {
      if (brackets.isEmpty() && here(end)) {
        add(variable ? Kind.VARIABLE_END : Kind.BLOCK_END, end.group());
        moveTo(end.end());
        return;
      }
      if (here(space)) {
        moveTo(space.end());
      } else if (here(real)) {
        number(Kind.FLOAT, real);
      } else if (here(integer)) {
        number(Kind.INTEGER, integer);
      } else if (here(name)) {
        add(Kind.NAME, name.group());
        moveTo(name.end());
      } else if (source.charAt(position) == '\'' || source.charAt(position) == '"') {
        string();
      } else if (here(operator)) {
        balance(operator.group().charAt(0), brackets);
        add(Kind.OPERATOR, operator.group());
        moveTo(operator.end());
      } else {
        throw unexpectedCharacter();
      }
    }
  }

  private Matcher matcher(Pattern pattern) {
    return pattern.matcher(source);
  }

  private boolean here(Matcher matcher) {
    return matcher.region(position, source.length()).lookingAt();
  }

  private void number(Kind kind, Matcher found) {
    String digits = found.group();
    Object value = kind == Kind.FLOAT ? Numbers.parseReal(digits) : Numbers.parseInteger(digits, 0);
    if (value == null) {
      throw new TemplateError("a number that is too long: " + digits.length() + " digits", line);
    }
    tokens.add(new Token(line, kind, digits, value));
    moveTo(found.end());
  }

  private void string() {
    char quote = source.charAt(position);
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw unexpectedCharacter();
    }
    String literal = source.substring(position + 1, end);
    tokens.add(new Token(line, Kind.STRING, literal, StringLiteral.value(literal, line)));
    moveTo(end + 1);
  }

  private TemplateError unexpectedCharacter() {
    String character = Character.toString(source.codePointAt(position));
    int place = source.codePointCount(0, position);
    return new TemplateError("unexpected char " + Repr.quoted(character) + " at " + place, line);
  }

  private void balance(char bracket, Deque<Character> open) {
    switch (bracket) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty()) {
          throw new TemplateError("unexpected '" + bracket + "'", line);
        }
        char expected = open.pop();
        if (expected != bracket) {
          throw new TemplateError(
              "unexpected '" + bracket + "', expected '" + expected + "'", line);
        }
      }
      default -> {}
    }
  }
}

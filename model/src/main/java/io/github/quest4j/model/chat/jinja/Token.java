package io.github.quest4j.model.chat.jinja;

/**
 * A piece of a template; {@code value} is the literal's value, and the text itself for all others.
 */
record Token(int line, Kind kind, String text, Object value) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  static Token of(int line, Kind kind, String text) {
    return new Token(line, kind, text, text);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  String shown() {
    return switch (kind) {
      case NAME, OPERATOR -> text;
      default -> describe(kind);
    };
  }

  static String describe(Kind kind) {
    return switch (kind) {
      case DATA -> "template data / text";
      case VARIABLE_BEGIN -> "begin of print statement";
      case VARIABLE_END -> "end of print statement";
      case BLOCK_BEGIN -> "begin of statement block";
      case BLOCK_END -> "end of statement block";
      case NAME -> "name";
      case STRING -> "string";
      case INTEGER -> "integer";
      case FLOAT -> "float";
      case OPERATOR -> "operator";
      case END -> "end of template";
    };
  }
}

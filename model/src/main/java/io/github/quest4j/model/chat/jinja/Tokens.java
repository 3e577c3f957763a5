package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Token.Kind;
import java.util.List;

/** The parser's place in the tokens, and how deeply what it reads is nested. */
final class Tokens {
  private static final int MAX_NESTING = 100;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token look() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  int line() {
    return current().line();
  }

  boolean at(Kind kind) {
    return current().kind() == kind;
  }

  boolean atName(String name) {
    return current().isName(name);
  }

  boolean atOperator(String operator) {
    return current().isOperator(operator);
  }

  Token next() {
    Token token = current();
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = atName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = atOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Kind kind) {
    if (!at(kind)) {
      throw unexpected(Token.describe(kind));
    }
    return next();
  }

  Token expectOperator(String operator) {
    if (!atOperator(operator)) {
      throw unexpected(operator);
    }
    return next();
  }

  Token expectName(String name) {
    if (!atName(name)) {
      throw unexpected(name);
    }
    return next();
  }

  private TemplateError unexpected(String expected) {
    return at(Kind.END)
        ? fail("unexpected end of template, expected '" + expected + "'.")
        : fail("expected token '%s', got '%s'".formatted(expected, current().shown()));
  }

  TemplateError fail(String reason) {
    return new TemplateError(reason, line());
  }

  void enter() {
    if (++nesting > MAX_NESTING) {
      throw fail("the template nests too deeply: more than " + MAX_NESTING + " levels");
    }
  }

  void exit() {
    nesting--;
  }
}

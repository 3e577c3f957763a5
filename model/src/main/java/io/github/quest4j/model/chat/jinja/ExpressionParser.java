package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions; the order of the methods is jinja2's precedence, loosest first. */
final class ExpressionParser {
  private static final Set<String> ORDER = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> FACTORS = Set.of("*", "/", "//", "%");

  private final Tokens tokens;
  private final PostfixParser postfix;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
    this.postfix = new PostfixParser(tokens, this);
  }

  /** A filter block's chain: its first filter gets the block's text. */
  Expr.Filter filterChain() {
    return postfix.filterChain();
  }

  Expr expression() {
    return expression(true);
  }

  private Expr expression(boolean conditional) {
    tokens.enter();
    Expr expr = conditional ? conditional() : or();
    tokens.exit();
    return expr;
  }

  /** An expression, or a tuple without parentheses. */
  Expr tuple(boolean conditional, @Nullable String endName) {
    return tuple(conditional, endName, false);
  }

  private Expr tuple(boolean conditional, @Nullable String endName, boolean parentheses) {
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    while (!atTupleEnd(endName)) {
      items.add(expression(conditional));
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    return asTuple(items, isTuple, parentheses);
  }

  private Expr asTuple(List<Expr> items, boolean isTuple, boolean parentheses) {
    if (!isTuple && !items.isEmpty()) {
      return items.getFirst();
    }
    if (items.isEmpty() && !parentheses) {
      throw tokens.fail("Expected an expression, got '" + tokens.current().shown() + "'");
    }
    return new Expr.TupleLiteral(items);
  }

  private boolean atTupleEnd(@Nullable String endName) {
    return tokens.at(Kind.VARIABLE_END)
        || tokens.at(Kind.BLOCK_END)
        || tokens.atOperator(")")
        || (endName != null && tokens.atName(endName));
  }

  /**
   * What an assignment or a loop assigns to: names, tuples of them, and {@code
   * namespace.attribute}.
   */
  Expr target(@Nullable String endName, boolean namespaces) {
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    int line = tokens.line();
    while (!atTupleEnd(endName)) {
      items.add(namespaces ? namespaceOrPrimary() : primary());
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    Expr target = asTuple(items, isTuple, false);
    checkTarget(target, line);
    return target;
  }

  private Expr namespaceOrPrimary() {
    Token name = tokens.current();
    if (name.kind() == Kind.NAME && tokens.look().isOperator(".")) {
      tokens.next();
      tokens.next();
      return new Expr.NamespaceTarget(name.text(), tokens.expect(Kind.NAME).text());
    }
    return primary();
  }

  private static void checkTarget(Expr target, int line) {
    switch (target) {
      case Expr.Name name -> {}
      case Expr.NamespaceTarget namespace -> {}
      case Expr.TupleLiteral tuple -> tuple.items().forEach(item -> checkTarget(item, line));
      default -> {
        String kind = target.getClass().getSimpleName().replace("Literal", "");
        throw new TemplateError("can't assign to '" + Text.lower(kind) + "'", line);
      }
    }
  }

  private Expr conditional() {
    int line = tokens.line();
    Expr value = or();
    while (tokens.skipName("if")) {
      Expr condition = or();
      Expr otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expr.Conditional(condition, value, otherwise, line);
      line = tokens.line();
    }
    return value;
  }

  private Expr or() {
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Or(left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.And(left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.skipName("not")) {
      return compare();
    }
    tokens.enter();
    Expr operand = not();
    tokens.exit();
    return new Expr.Not(operand);
  }

  private Expr compare() {
    Expr first = sum();
    List<Expr.Operand> operands = new ArrayList<>();
    while (true) {
      if (tokens.at(Kind.OPERATOR) && ORDER.contains(tokens.current().text())) {
        operands.add(new Expr.Operand(tokens.next().text(), sum()));
      } else if (tokens.skipName("in")) {
        operands.add(new Expr.Operand("in", sum()));
      } else if (tokens.atName("not") && tokens.look().isName("in")) {
        tokens.next();
        tokens.next();
        operands.add(new Expr.Operand("not in", sum()));
      } else {
        return operands.isEmpty() ? first : new Expr.Compare(first, operands);
      }
    }
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.atOperator("+") || tokens.atOperator("-")) {
      left = new Expr.Binary(tokens.next().text(), left, concat());
    }
    return left;
  }

  private Expr concat() {
    Expr first = product();
    if (!tokens.atOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(parts);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.at(Kind.OPERATOR) && FACTORS.contains(tokens.current().text())) {
      left = new Expr.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    Expr expr;
    if (tokens.atOperator("-") || tokens.atOperator("+")) {
      String operator = tokens.next().text();
      tokens.enter();
      expr = new Expr.Unary(operator, unary(false));
      tokens.exit();
    } else {
      expr = primary();
    }
    expr = postfix.members(expr);
    return withFilters ? postfix.filters(expr) : expr;
  }

  Expr primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return switch (token.text()) {
          case "true", "True" -> new Expr.Const(true);
          case "false", "False" -> new Expr.Const(false);
          case "none", "None" -> new Expr.Const(None.NONE);
          default -> new Expr.Name(token.text());
        };
      }
      case STRING -> {
        var text = new StringBuilder();
        while (tokens.at(Kind.STRING)) {
          text.append(tokens.next().value());
        }
        return new Expr.Const(text.toString());
      }
      case INTEGER, FLOAT -> {
        tokens.next();
        return new Expr.Const(token.value());
      }
      default -> {}
    }
    if (tokens.skipOperator("(")) {
      Expr expr = tuple(true, null, true);
      tokens.expectOperator(")");
      return expr;
    }
    if (tokens.skipOperator("[")) {
      return list();
    }
    if (tokens.skipOperator("{")) {
      return dict();
    }
    throw tokens.fail("unexpected '" + token.shown() + "'");
  }

  private Expr list() {
    List<Expr> items = new ArrayList<>();
    while (!tokens.atOperator("]")) {
      items.add(expression());
      if (!tokens.atOperator("]")) {
        tokens.expectOperator(",");
      }
    }
    tokens.next();
    return new Expr.ListLiteral(items);
  }

  private Expr dict() {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!tokens.atOperator("}")) {
      Expr key = expression();
      tokens.expectOperator(":");
      pairs.add(new Expr.Pair(key, expression()));
      if (!tokens.atOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    tokens.next();
    return new Expr.DictLiteral(pairs);
  }
}

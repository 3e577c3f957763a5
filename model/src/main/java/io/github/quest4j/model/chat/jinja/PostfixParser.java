package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what follows a value: attributes, subscripts, calls, filters and tests. */
final class PostfixParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  PostfixParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** Attributes, subscripts and calls. */
  Expr members(Expr start) {
    Expr expr = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        expr = member(expr);
      } else if (tokens.skipOperator("[")) {
        expr = subscript(expr);
      } else if (tokens.atOperator("(")) {
        expr = new Expr.Call(expr, arguments());
      } else {
        return expr;
      }
    }
  }

  private Expr member(Expr target) {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> new Expr.Attribute(target, token.text());
      case INTEGER -> new Expr.Item(target, new Expr.Const(token.value()));
      default -> throw new TemplateError("expected name or number", token.line());
    };
  }

  private Expr subscript(Expr target) {
    List<Expr> keys = new ArrayList<>();
    while (!tokens.atOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      keys.add(sliceOrKey());
    }
    tokens.next();
    return new Expr.Item(target, keys.size() == 1 ? keys.getFirst() : new Expr.TupleLiteral(keys));
  }

  private Expr sliceOrKey() {
    Expr start = null;
    if (!tokens.atOperator(":")) {
      start = expressions.expression();
      if (!tokens.atOperator(":")) {
        return start;
      }
    }
    tokens.next();
    Expr stop = atSliceEnd() || tokens.atOperator(":") ? null : expressions.expression();
    Expr step = tokens.skipOperator(":") && !atSliceEnd() ? expressions.expression() : null;
    return new Expr.Slice(start, stop, step);
  }

  private boolean atSliceEnd() {
    return tokens.atOperator("]") || tokens.atOperator(",");
  }

  /** Filters, tests and calls. */
  Expr filters(Expr start) {
    Expr expr = start;
    while (true) {
      if (tokens.atOperator("|")) {
        expr = filter(expr);
      } else if (tokens.skipName("is")) {
        expr = test(expr);
      } else if (tokens.atOperator("(")) {
        expr = new Expr.Call(expr, arguments());
      } else {
        return expr;
      }
    }
  }

  private Expr filter(Expr input) {
    tokens.expectOperator("|");
    return filterCall(input);
  }

  /** A filter block's chain: its first filter gets the block's text. */
  Expr.Filter filterChain() {
    Expr.Filter filter = filterCall(null);
    while (tokens.skipOperator("|")) {
      filter = filterCall(filter);
    }
    return filter;
  }

  private Expr.Filter filterCall(@Nullable Expr input) {
    String name = dottedName();
    return new Expr.Filter(input, name, tokens.atOperator("(") ? arguments() : Expr.Arguments.NONE);
  }

  private String dottedName() {
    var name = new StringBuilder(tokens.expect(Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  private Expr test(Expr input) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Expr.Arguments arguments = Expr.Arguments.NONE;
    if (tokens.atOperator("(")) {
      arguments = arguments();
    } else if (atTestArgument()) {
      if (tokens.atName("is")) {
        throw tokens.fail("You cannot chain multiple tests with is");
      }
      arguments =
          new Expr.Arguments(List.of(members(expressions.primary())), List.of(), null, null);
    }
    Expr test = new Expr.Test(input, name, arguments);
    return negated ? new Expr.Not(test) : test;
  }

  private boolean atTestArgument() {
    return switch (tokens.current().kind()) {
      case NAME -> !tokens.atName("else") && !tokens.atName("or") && !tokens.atName("and");
      case STRING, INTEGER, FLOAT -> true;
      default -> tokens.atOperator("[") || tokens.atOperator("{");
    };
  }

  private Expr.Arguments arguments() {
    int line = tokens.expectOperator("(").line();
    List<Expr> positional = new ArrayList<>();
    List<Expr.Keyword> named = new ArrayList<>();
    Expr star = null;
    Expr starStar = null;
    while (!tokens.atOperator(")")) {
      boolean valid;
      if (tokens.skipOperator("*")) {
        valid = star == null && starStar == null;
        star = expressions.expression();
      } else if (tokens.skipOperator("**")) {
        valid = starStar == null;
        starStar = expressions.expression();
      } else if (tokens.at(Kind.NAME) && tokens.look().isOperator("=")) {
        valid = starStar == null;
        String name = tokens.next().text();
        tokens.next();
        named.add(new Expr.Keyword(name, expressions.expression()));
      } else {
        valid = star == null && starStar == null && named.isEmpty();
        positional.add(expressions.expression());
      }
      if (!valid) {
        throw new TemplateError("invalid syntax for function call expression", line);
      }
      if (!tokens.atOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    tokens.next();
    return new Expr.Arguments(positional, named, star, starStar);
  }
}

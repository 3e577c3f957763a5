package io.github.quest4j.model.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. */
sealed interface Expr {
  record Const(Object value) implements Expr {}

  record Name(String name) implements Expr {}

  /** {@code namespace.attribute} as the target of an assignment. */
  record NamespaceTarget(String name, String attribute) implements Expr {}

  record TupleLiteral(List<Expr> items) implements Expr {}

  record ListLiteral(List<Expr> items) implements Expr {}

  record DictLiteral(List<Pair> pairs) implements Expr {}

  record Pair(Expr key, Expr value) {}

  record Binary(String operator, Expr left, Expr right) implements Expr {}

  record Unary(String operator, Expr operand) implements Expr {}

  record And(Expr left, Expr right) implements Expr {}

  record Or(Expr left, Expr right) implements Expr {}

  record Not(Expr operand) implements Expr {}

  record Compare(Expr first, List<Operand> operands) implements Expr {}

  record Operand(String operator, Expr value) {}

  record Concat(List<Expr> parts) implements Expr {}

  record Attribute(Expr target, String name) implements Expr {}

  record Item(Expr target, Expr key) implements Expr {}

  record Slice(@Nullable Expr start, @Nullable Expr stop, @Nullable Expr step) implements Expr {}

  record Call(Expr target, Arguments arguments) implements Expr {}

  /** {@code input} is null in filter blocks, where the block's text is filtered. */
  record Filter(@Nullable Expr input, String name, Arguments arguments) implements Expr {}

  record Test(Expr input, String name, Arguments arguments) implements Expr {}

  record Conditional(Expr condition, Expr value, @Nullable Expr otherwise, int line)
      implements Expr {}

  /** What stands between a call's parentheses. */
  record Arguments(
      List<Expr> positional, List<Keyword> named, @Nullable Expr star, @Nullable Expr starStar) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), null, null);
  }

  record Keyword(String name, Expr value) {}
}

package io.github.quest4j.model.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
sealed interface Node {
  record Text(String text) implements Node {}

  record Print(int line, List<Expr> values) implements Node {}

  record For(
      int line,
      Expr target,
      Expr items,
      @Nullable Expr filter,
      boolean recursive,
      Body body,
      Body otherwise)
      implements Node {}

  record If(List<Branch> branches, Body otherwise) implements Node {}

  record Branch(int line, Expr condition, Body body) {}

  record Assign(int line, Expr target, Expr value) implements Node {}

  record Capture(int line, Expr target, Expr.@Nullable Filter filter, Body body) implements Node {}

  record MacroDefinition(int line, String name, Parameters parameters, Body body) implements Node {}

  record CallBlock(int line, Parameters parameters, Expr.Call call, Body body) implements Node {}

  record FilterBlock(int line, Expr.Filter filter, Body body) implements Node {}

  record With(int line, List<Expr> targets, List<Expr> values, Body body) implements Node {}

  record Block(String name, boolean scoped, Body body) implements Node {}

  /** Marks what the assistant wrote; transformers renders it as a call block does. */
  record Generation(Body body) implements Node {}

  record Break() implements Node {}

  record Continue() implements Node {}

  /** A macro's parameters; the defaults belong to the last of them. */
  record Parameters(List<String> names, List<Expr> defaults) {
    static final Parameters NONE = new Parameters(List.of(), List.of());
  }

  /** Statements; compared by identity, as the scopes found for a body belong to its place. */
  final class Body {
    final List<Node> nodes;

    Body(List<Node> nodes) {
      this.nodes = List.copyOf(nodes);
    }

    static Body empty() {
      return new Body(List.of());
    }
  }
}

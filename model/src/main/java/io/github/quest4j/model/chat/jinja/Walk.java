package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Node.Body;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes through the parts of statements and expressions. */
final class Walk {
  private Walk() {}

  /** The expressions of a statement that are evaluated in the scope around it. */
  static List<Expr> outerExpressions(Node node) {
    return switch (node) {
      case Node.Print print -> print.values();
      case Node.For loop -> List.of(loop.items());
      case Node.Assign assign -> List.of(assign.value());
      case Node.CallBlock call -> List.of(call.call());
      case Node.FilterBlock filter -> List.of(filter.filter());
      case Node.With with -> with.values();
      default -> List.of();
    };
  }

  static List<Expr> expressions(Node node) {
    List<Expr> all = new ArrayList<>(outerExpressions(node));
    switch (node) {
      case Node.If condition -> condition.branches().forEach(branch -> all.add(branch.condition()));
      case Node.For loop -> add(all, loop.filter());
      case Node.Capture capture -> add(all, capture.filter());
      case Node.MacroDefinition macro -> all.addAll(macro.parameters().defaults());
      case Node.CallBlock call -> all.addAll(call.parameters().defaults());
      default -> {}
    }
    return all;
  }

  static Set<String> assigned(Node node) {
    Set<String> names = new HashSet<>();
    switch (node) {
      case Node.For loop -> names.addAll(Scoping.names(loop.target()));
      case Node.Assign assign -> names.addAll(Scoping.names(assign.target()));
      case Node.Capture capture -> names.addAll(Scoping.names(capture.target()));
      case Node.MacroDefinition macro -> names.addAll(macro.parameters().names());
      case Node.CallBlock call -> names.addAll(call.parameters().names());
      case Node.With with -> with.targets().forEach(target -> names.addAll(Scoping.names(target)));
      default -> {}
    }
    return names;
  }

  static List<Body> bodies(Node node) {
    return switch (node) {
      case Node.For loop -> List.of(loop.body(), loop.otherwise());
      case Node.If condition -> {
        List<Body> bodies = new ArrayList<>();
        condition.branches().forEach(branch -> bodies.add(branch.body()));
        bodies.add(condition.otherwise());
        yield bodies;
      }
      case Node.Capture capture -> List.of(capture.body());
      case Node.MacroDefinition macro -> List.of(macro.body());
      case Node.CallBlock call -> List.of(call.body());
      case Node.FilterBlock filter -> List.of(filter.body());
      case Node.With with -> List.of(with.body());
      case Node.Block block -> List.of(block.body());
      case Node.Generation generation -> List.of(generation.body());
      default -> List.of();
    };
  }

  /**
   * Every name that an expression reads, in no particular order; without recursion, as sums may be
   * long.
   */
  static void names(Expr whole, Consumer<String> reader) {
    Deque<Expr> open = new ArrayDeque<>();
    open.push(whole);
    while (!open.isEmpty()) {
      switch (open.pop()) {
        case Expr.Name name -> reader.accept(name.name());
        case Expr.NamespaceTarget target -> reader.accept(target.name());
        case Expr expr -> parts(expr).forEach(open::push);
      }
    }
  }

  private static List<Expr> parts(Expr expr) {
    List<Expr> parts = new ArrayList<>();
    switch (expr) {
      case Expr.Const constant -> {}
      case Expr.Name name -> {}
      case Expr.NamespaceTarget target -> {}
      case Expr.TupleLiteral tuple -> parts.addAll(tuple.items());
      case Expr.ListLiteral list -> parts.addAll(list.items());
      case Expr.DictLiteral dict ->
          dict.pairs()
              .forEach(pair -> {
                parts.add(pair.key());
                parts.add(pair.value());
              });
      case Expr.Binary binary -> {
        parts.add(binary.left());
        parts.add(binary.right());
      }
      case Expr.And and -> {
        parts.add(and.left());
        parts.add(and.right());
      }
      case Expr.Or or -> {
        parts.add(or.left());
        parts.add(or.right());
      }
      case Expr.Unary unary -> parts.add(unary.operand());
      case Expr.Not not -> parts.add(not.operand());
      case Expr.Compare compare -> {
        parts.add(compare.first());
        compare.operands().forEach(operand -> parts.add(operand.value()));
      }
      case Expr.Concat concat -> parts.addAll(concat.parts());
      case Expr.Attribute attribute -> parts.add(attribute.target());
      case Expr.Item item -> {
        parts.add(item.target());
        parts.add(item.key());
      }
      case Expr.Slice slice -> {
        add(parts, slice.start());
        add(parts, slice.stop());
        add(parts, slice.step());
      }
      case Expr.Call call -> {
        parts.add(call.target());
        add(parts, call.arguments());
      }
      case Expr.Filter filter -> {
        add(parts, filter.input());
        add(parts, filter.arguments());
      }
      case Expr.Test test -> {
        parts.add(test.input());
        add(parts, test.arguments());
      }
      case Expr.Conditional conditional -> {
        parts.add(conditional.condition());
        parts.add(conditional.value());
        add(parts, conditional.otherwise());
      }
    }
    return parts;
  }

  private static void add(List<Expr> parts, @Nullable Expr part) {
    if (part != null) {
      parts.add(part);
    }
  }

  private static void add(List<Expr> parts, Expr.Arguments arguments) {
    parts.addAll(arguments.positional());
    arguments.named().forEach(keyword -> parts.add(keyword.value()));
    add(parts, arguments.star());
    add(parts, arguments.starStar());
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. */
@SuppressWarnings("ReferenceEquality") // Python compares identity before equality
final class Evaluator {
  private final Rendering r;

  Evaluator(Rendering rendering) {
    this.r = rendering;
  }

  Object value(Expr expr, Scope scope) {
    if (expr instanceof Expr.Const constant) {
      return constant.value();
    }
    if (expr instanceof Expr.Name name) {
      Object value = scope.find(name.name());
      return value == null ? Undefined.name(name.name(), r) : value;
    }
    r.enter();
    Object value = compute(expr, scope);
    r.exit();
    return value;
  }

  private Object compute(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Const constant -> constant.value();
      case Expr.Name name -> value(name, scope);
      case Expr.TupleLiteral tuple -> new TupleValue(values(tuple.items(), scope));
      case Expr.ListLiteral list -> new ListValue(values(list.items(), scope));
      case Expr.DictLiteral dict -> dict(dict, scope);
      case Expr.Binary binary -> {
        Object left = value(binary.left(), scope);
        yield Arithmetic.binary(binary.operator(), left, value(binary.right(), scope), r);
      }
      case Expr.Unary unary -> Arithmetic.unary(unary.operator(), value(unary.operand(), scope));
      case Expr.And and -> {
        Object left = value(and.left(), scope);
        yield Types.truth(left) ? value(and.right(), scope) : left;
      }
      case Expr.Or or -> {
        Object left = value(or.left(), scope);
        yield Types.truth(left) ? left : value(or.right(), scope);
      }
      case Expr.Not not -> !Types.truth(value(not.operand(), scope));
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Concat concat -> {
        var out = new Output(r);
        values(concat.parts(), scope).forEach(part -> out.append(Repr.str(part, r)));
        yield out.toString();
      }
      case Expr.Attribute attribute ->
          Subscript.attribute(value(attribute.target(), scope), attribute.name(), r);
      case Expr.Item item -> item(item, scope);
      case Expr.Slice slice -> throw new TemplateError("unhashable type: 'slice'");
      case Expr.Call call -> call(call, scope, null);
      case Expr.Filter filter -> filter(filter, "", scope);
      case Expr.Test test -> {
        Object input = value(test.input(), scope);
        yield Tests.apply(test.name(), input, arguments(test.arguments(), scope), r);
      }
      case Expr.Conditional conditional -> conditional(conditional, scope);
      case Expr.NamespaceTarget target ->
          throw new IllegalStateException("a namespace target is not a value: " + target);
    };
  }

  private List<Object> values(List<Expr> exprs, Scope scope) {
    List<Object> values = new ArrayList<>(exprs.size());
    for (Expr expr : exprs) {
      values.add(value(expr, scope));
    }
    return values;
  }

  private Object dict(Expr.DictLiteral literal, Scope scope) {
    var dict = new DictValue();
    for (Expr.Pair pair : literal.pairs()) {
      Object key = value(pair.key(), scope);
      dict.put(key, value(pair.value(), scope), r);
    }
    return dict;
  }

  private Object compare(Expr.Compare compare, Scope scope) {
    Object left = value(compare.first(), scope);
    for (Expr.Operand operand : compare.operands()) {
      Object right = value(operand.value(), scope);
      boolean holds =
          switch (operand.operator()) {
            case "==" -> Comparison.equal(left, right, r);
            case "!=" -> !Comparison.equal(left, right, r);
            case "in" -> Comparison.contains(right, left, r);
            case "not in" -> !Comparison.contains(right, left, r);
            default -> Comparison.ordered(operand.operator(), left, right, r);
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Object item(Expr.Item item, Scope scope) {
    Object target = value(item.target(), scope);
    return item.key() instanceof Expr.Slice slice
        ? Subscript.slice(
            target,
            optional(slice.start(), scope),
            optional(slice.stop(), scope),
            optional(slice.step(), scope),
            r)
        : Subscript.get(target, value(item.key(), scope), r);
  }

  private Object optional(@Nullable Expr expr, Scope scope) {
    return expr == null ? None.NONE : value(expr, scope);
  }

  private Object conditional(Expr.Conditional conditional, Scope scope) {
    if (Types.truth(value(conditional.condition(), scope))) {
      return value(conditional.value(), scope);
    }
    return conditional.otherwise() == null
        ? Undefined.because(
            "the inline if-expression on line %d evaluated to false and no else section was defined."
                .formatted(conditional.line()))
        : value(conditional.otherwise(), scope);
  }

  /** Calls a value, with {@code caller} as one more named argument where there is one. */
  Object call(Expr.Call call, Scope scope, @Nullable Object caller) {
    Object target = value(call.target(), scope);
    Args args = arguments(call.arguments(), scope);
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(target instanceof Callable callable)) {
      throw new TemplateError("'" + Types.name(target) + "' object is not callable");
    }
    return callable.call(caller == null ? args : args.with("caller", caller), r);
  }

  /** Filters; the chain of a filter block begins with the block's text. */
  Object filter(Expr.Filter filter, String blockText, Scope scope) {
    Object input =
        switch (filter.input()) {
          case null -> blockText;
          case Expr.Filter inner -> filter(inner, blockText, scope);
          default -> value(filter.input(), scope);
        };
    return Filters.apply(filter.name(), input, arguments(filter.arguments(), scope), r);
  }

  private Args arguments(Expr.Arguments arguments, Scope scope) {
    List<Object> positional = values(arguments.positional(), scope);
    Map<String, Object> named = new LinkedHashMap<>();
    for (Expr.Keyword keyword : arguments.named()) {
      named.put(keyword.name(), value(keyword.value(), scope));
    }
    if (arguments.star() != null) {
      positional.addAll(Types.items(value(arguments.star(), scope), r));
    }
    if (arguments.starStar() != null) {
      addNamed(named, value(arguments.starStar(), scope));
    }
    return new Args(positional, named);
  }

  private static void addNamed(Map<String, Object> named, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof DictValue dict)) {
      throw new TemplateError("argument after ** must be a mapping, not " + Types.name(value));
    }
    for (DictValue.Entry entry : dict.entries()) {
      String name = Types.string(entry.key());
      if (name == null) {
        throw new TemplateError("keywords must be strings");
      }
      if (named.put(name, entry.value()) != null) {
        throw new TemplateError("got multiple values for keyword argument '" + name + "'");
      }
    }
  }
}

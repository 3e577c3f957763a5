package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Node.Body;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Runs statements. */
final class Interpreter {
  /** How a body ended: a break or continue goes up to the loop around it. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Scoping scoping;
  private final Rendering r;
  private final Evaluator evaluator;
  private final Scope global;

  Interpreter(Scoping scoping, Rendering rendering, Scope global) {
    this.scoping = scoping;
    this.r = rendering;
    this.evaluator = new Evaluator(rendering);
    this.global = global;
  }

  Scoping scoping() {
    return scoping;
  }

  Evaluator evaluator() {
    return evaluator;
  }

  void run(Body body, Scope scope, Output out) {
    flow(body, scope, out);
  }

  private Flow flow(Body body, Scope scope, Output out) {
    r.enter();
    for (Node node : body.nodes) {
      r.step();
      Flow flow = flow(node, scope, out);
      if (flow != Flow.ON) {
        r.exit();
        return flow;
      }
    }
    r.exit();
    return Flow.ON;
  }

  private Flow flow(Node node, Scope scope, Output out) {
    switch (node) {
      case Node.Text text -> out.append(text.text());
      case Node.Print print -> {
        r.line = print.line();
        for (Expr expr : print.values()) {
          out.append(Repr.str(evaluator.value(expr, scope), r));
        }
      }
      case Node.If condition -> {
        return choose(condition, scope, out);
      }
      case Node.For loop -> {
        r.line = loop.line();
        return loop(loop, evaluator.value(loop.items(), scope), 0, scope, out);
      }
      case Node.Assign assign -> {
        r.line = assign.line();
        checkNamespaces(assign.target(), scope);
        assign(assign.target(), evaluator.value(assign.value(), scope), scope);
      }
      case Node.Capture capture -> {
        return capture(capture, scope);
      }
      case Node.MacroDefinition macro ->
          scope.set(
              macro.name(), new Macro(macro.name(), macro.parameters(), macro.body(), scope, this));
      case Node.CallBlock call -> {
        r.line = call.line();
        var caller = new Macro(null, call.parameters(), call.body(), scope, this);
        out.append(Repr.str(evaluator.call(call.call(), scope, caller), r));
      }
      case Node.FilterBlock filter -> {
        Scope inner = Scope.inside(scope, scoping.unassigned(filter.body()));
        Output text = new Output(r);
        Flow flow = flow(filter.body(), inner, text);
        if (flow != Flow.ON) {
          return flow;
        }
        r.line = filter.line();
        out.append(Repr.str(evaluator.filter(filter.filter(), text.toString(), inner), r));
      }
      case Node.With with -> {
        return with(with, scope, out);
      }
      case Node.Block block -> {
        Scope around = block.scoped() ? scope : global;
        return flow(block.body(), Scope.inside(around, scoping.unassigned(block.body())), out);
      }
      case Node.Generation generation ->
          run(generation.body(), Scope.inside(scope, scoping.unassigned(generation.body())), out);
      case Node.Break ignored -> {
        return Flow.BREAK;
      }
      case Node.Continue ignored -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private Flow choose(Node.If condition, Scope scope, Output out) {
    for (Node.Branch branch : condition.branches()) {
      r.line = branch.line();
      if (Types.truth(evaluator.value(branch.condition(), scope))) {
        return flow(branch.body(), scope, out);
      }
    }
    return flow(condition.otherwise(), scope, out);
  }

  private Flow with(Node.With with, Scope scope, Output out) {
    r.line = with.line();
    Scope inner = Scope.inside(scope, scoping.unassigned(with.body()));
    for (int i = 0; i < with.targets().size(); i++) {
      assign(with.targets().get(i), evaluator.value(with.values().get(i), scope), inner);
    }
    return flow(with.body(), inner, out);
  }

  private Flow capture(Node.Capture capture, Scope scope) {
    Scope inner = Scope.inside(scope, scoping.unassigned(capture.body()));
    Output text = new Output(r);
    Flow flow = flow(capture.body(), inner, text);
    if (flow != Flow.ON) {
      return flow;
    }
    r.line = capture.line();
    Object value =
        capture.filter() == null
            ? text.toString()
            : evaluator.filter(capture.filter(), text.toString(), inner);
    checkNamespaces(capture.target(), scope);
    assign(capture.target(), value, scope);
    return Flow.ON;
  }

  /**
   * The else part runs unless some iteration got to its end: also after a break or continue in
   * each, as in jinja2.
   */
  private Flow loop(Node.For node, Object items, int depth, Scope scope, Output out) {
    Object iterable =
        node.filter() == null
            ? items
            : Generator.of(new Filtered(node.target(), node.filter(), items, scope));
    var loop =
        new Loop(
            iterable,
            depth,
            node.recursive() ? (inner, level) -> recurse(node, inner, level, scope) : null,
            r);
    boolean completed = false;
    for (Object item = loop.next(); item != null; item = loop.next()) {
      Scope inner = Scope.inside(scope, scoping.unassigned(node.body()));
      inner.set("loop", loop);
      assign(node.target(), item, inner);
      Flow flow = flow(node.body(), inner, out);
      if (flow == Flow.BREAK) {
        break;
      }
      completed |= flow == Flow.ON;
    }
    return completed
        ? Flow.ON
        : flow(node.otherwise(), Scope.inside(scope, scoping.unassigned(node.otherwise())), out);
  }

  private String recurse(Node.For node, Object items, int depth, Scope scope) {
    r.enter();
    int line = r.line;
    Output out = new Output(r);
    loop(node, items, depth, scope, out);
    r.line = line;
    r.exit();
    return out.toString();
  }

  private void checkNamespaces(Expr target, Scope scope) {
    switch (target) {
      case Expr.NamespaceTarget namespace -> {
        if (!(scope.find(namespace.name()) instanceof Namespace)) {
          throw new TemplateError("cannot assign attribute on non-namespace object");
        }
      }
      case Expr.TupleLiteral tuple -> tuple.items().forEach(item -> checkNamespaces(item, scope));
      default -> {}
    }
  }

  private void assign(Expr target, Object value, Scope scope) {
    switch (target) {
      case Expr.Name name -> scope.set(name.name(), value);
      case Expr.NamespaceTarget namespace -> {
        if (scope.find(namespace.name()) instanceof Namespace found) {
          found.attributes().put(namespace.attribute(), value, r);
        }
      }
      case Expr.TupleLiteral tuple -> unpack(tuple.items(), value, scope);
      default -> throw new IllegalStateException("not a target: " + target);
    }
  }

  private void unpack(List<Expr> targets, Object value, Scope scope) {
    List<Object> items = Types.unpack(value, targets.size(), r);
    for (int i = 0; i < targets.size(); i++) {
      assign(targets.get(i), items.get(i), scope);
    }
  }

  /** The items of {@code for x in items if condition}, tested as they are asked for. */
  private final class Filtered implements Iterator<Object> {
    private final Expr target;
    private final Expr condition;
    private final Iterator<Object> items;
    private final Scope scope;
    private @Nullable Object next;

    Filtered(Expr target, Expr condition, Object items, Scope scope) {
      this.target = target;
      this.condition = condition;
      this.items = Types.iterator(items, r);
      this.scope = scope;
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        Object item = items.next();
        Scope inner = new Scope(scope);
        assign(target, item, inner);
        if (Types.truth(evaluator.value(condition, inner))) {
          next = item;
        }
      }
      return next != null;
    }

    @Override
    public Object next() {
      Object item = hasNext() ? next : null;
      if (item == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return item;
    }
  }
}

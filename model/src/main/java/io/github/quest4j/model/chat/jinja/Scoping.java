package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Node.Body;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What jinja2's compiler finds out about names before anything runs. A name that a scope assigns
 * before it reads it is undefined there until then, even where a variable of that name was given;
 * and a macro takes surplus arguments only if its body reads {@code varargs} or {@code kwargs}.
 */
final class Scoping {
  /** Which special arguments a macro's body reads. */
  record Special(boolean caller, boolean kwargs, boolean varargs) {}

  private enum Origin {
    OUTSIDE,
    UNASSIGNED,
    PARAMETER
  }

  private final IdentityHashMap<Body, Set<String>> unassigned = new IdentityHashMap<>();
  private final IdentityHashMap<Body, Special> specials = new IdentityHashMap<>();

  private Scoping() {}

  static Scoping of(Body template) {
    var scoping = new Scoping();
    scoping.scope(template, new Names(null), List.of());
    return scoping;
  }

  /** The names that are undefined when this body begins, whatever is known outside. */
  Set<String> unassigned(Body body) {
    return unassigned.getOrDefault(body, Set.of());
  }

  Special special(Body body) {
    return specials.getOrDefault(body, new Special(false, false, false));
  }

  private void scope(Body body, Names names, List<Expr> alsoRead) {
    alsoRead.forEach(names::read);
    names.visit(body);
    Set<String> found = new TreeSet<>();
    names.origins.forEach((name, origin) -> {
      if (origin == Origin.UNASSIGNED) {
        found.add(name);
      }
    });
    unassigned.put(body, found);
    descend(body, names);
  }

  /** Inner scopes are looked at once the outer one is known as a whole. */
  private void descend(Body body, Names outer) {
    for (Node node : body.nodes) {
      switch (node) {
        case Node.If condition -> {
          condition.branches().forEach(branch -> descend(branch.body(), outer));
          descend(condition.otherwise(), outer);
        }
        case Node.For loop -> {
          var names = new Names(outer);
          names.parameter("loop");
          names.parameters(loop.target());
          scope(loop.body(), names, List.of());
          scope(loop.otherwise(), new Names(outer), List.of());
        }
        case Node.Capture capture ->
            scope(
                capture.body(),
                new Names(outer),
                capture.filter() == null ? List.of() : List.of(capture.filter()));
        case Node.MacroDefinition macro -> function(macro.parameters(), macro.body(), outer);
        case Node.CallBlock call -> function(call.parameters(), call.body(), outer);
        case Node.Generation generation -> function(Node.Parameters.NONE, generation.body(), outer);
        case Node.FilterBlock filter ->
            scope(filter.body(), new Names(outer), List.of(filter.filter()));
        case Node.With with -> {
          var names = new Names(outer);
          with.targets().forEach(names::parameters);
          scope(with.body(), names, List.of());
        }
        case Node.Block block ->
            scope(block.body(), new Names(block.scoped() ? outer : null), List.of());
        default -> {}
      }
    }
  }

  private void function(Node.Parameters parameters, Body body, Names outer) {
    var names = new Names(outer);
    parameters.names().forEach(names::parameter);
    var undeclared = new Undeclared();
    undeclared.visit(body);
    var special =
        new Special(
            undeclared.found.contains("caller"),
            undeclared.found.contains("kwargs") && !parameters.names().contains("kwargs"),
            undeclared.found.contains("varargs") && !parameters.names().contains("varargs"));
    specials.put(body, special);
    undeclared.found.forEach(names::parameter);
    scope(body, names, parameters.defaults());
  }

  static boolean assignsLoop(Node.For loop) {
    return names(loop.target()).contains("loop") || assignsLoop(loop.body());
  }

  private static boolean assignsLoop(Body body) {
    return body.nodes.stream()
        .anyMatch(node ->
            (node instanceof Node.Assign assign && names(assign.target()).contains("loop"))
                || (node instanceof Node.Capture capture
                    && names(capture.target()).contains("loop"))
                || Walk.bodies(node).stream().anyMatch(Scoping::assignsLoop));
  }

  /** The names that a target assigns. */
  static Set<String> names(Expr target) {
    return switch (target) {
      case Expr.Name name -> Set.of(name.name());
      case Expr.TupleLiteral tuple -> {
        Set<String> all = new HashSet<>();
        tuple.items().forEach(item -> all.addAll(names(item)));
        yield all;
      }
      default -> Set.of();
    };
  }

  /** The names of one scope, in the order in which they are read and assigned. */
  private static final class Names {
    final @Nullable Names outer;
    Map<String, Origin> origins = new HashMap<>();
    Set<String> assigned = new HashSet<>();

    Names(@Nullable Names outer) {
      this.outer = outer;
    }

    boolean known(String name) {
      return origins.containsKey(name) || knownOutside(name);
    }

    boolean knownOutside(String name) {
      return outer != null && outer.known(name);
    }

    void parameter(String name) {
      assigned.add(name);
      origins.put(name, Origin.PARAMETER);
    }

    void parameters(Expr target) {
      names(target).forEach(this::parameter);
    }

    void read(Expr expr) {
      Walk.names(expr, this::read);
    }

    void read(String name) {
      if (!known(name)) {
        origins.put(name, Origin.OUTSIDE);
      }
    }

    void assign(Expr target) {
      switch (target) {
        case Expr.Name name -> assign(name.name());
        case Expr.TupleLiteral tuple -> tuple.items().forEach(this::assign);
        case Expr.NamespaceTarget namespace -> read(namespace.name());
        default -> {}
      }
    }

    void assign(String name) {
      assigned.add(name);
      origins.putIfAbsent(name, knownOutside(name) ? Origin.OUTSIDE : Origin.UNASSIGNED);
    }

    void visit(Body body) {
      for (Node node : body.nodes) {
        switch (node) {
          case Node.If condition -> visit(condition);
          case Node.Assign assign -> {
            read(assign.value());
            assign(assign.target());
          }
          case Node.Capture capture -> assign(capture.target());
          case Node.MacroDefinition macro -> assign(macro.name());
          default -> Walk.outerExpressions(node).forEach(this::read);
        }
      }
    }

    /** What only some branches assign may come from outside after all. */
    private void visit(Node.If condition) {
      Map<String, Origin> merged = new HashMap<>();
      Set<String> inBranches = new HashSet<>();
      List<Node.Branch> branches = condition.branches();
      read(branches.getFirst().condition());
      for (int i = 0; i < branches.size(); i++) {
        List<Expr> conditions = i == 0 ? List.of() : List.of(branches.get(i).condition());
        branch(conditions, branches.get(i).body(), merged, inBranches);
      }
      branch(List.of(), condition.otherwise(), merged, inBranches);
      origins.putAll(merged);
      for (String name : inBranches) {
        if (assigned.add(name)) {
          origins.put(name, Origin.OUTSIDE);
        }
      }
    }

    private void branch(
        List<Expr> read, Body body, Map<String, Origin> merged, Set<String> inBranches) {
      var branch = new Names(outer);
      branch.origins = new HashMap<>(origins);
      branch.assigned = new HashSet<>(assigned);
      read.forEach(branch::read);
      branch.visit(body);
      merged.putAll(branch.origins);
      inBranches.addAll(branch.assigned);
    }
  }

  /** Which of caller, kwargs and varargs a body reads before it assigns them. */
  private static final class Undeclared {
    final Set<String> found = new HashSet<>();
    private final Set<String> wanted = new HashSet<>(Set.of("caller", "kwargs", "varargs"));

    void visit(Body body) {
      for (Node node : body.nodes) {
        if (node instanceof Node.Block) {
          continue;
        }
        Walk.expressions(node).forEach(expr -> Walk.names(expr, this::read));
        wanted.removeAll(Walk.assigned(node));
        Walk.bodies(node).forEach(this::visit);
      }
    }

    private void read(String name) {
      if (wanted.contains(name)) {
        found.add(name);
      }
    }
  }
}

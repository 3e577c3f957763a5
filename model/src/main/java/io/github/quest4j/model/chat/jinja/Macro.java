package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Node.Body;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro, or the body of a call block, together with the scope it was defined in. */
final class Macro implements Callable {
  private final @Nullable String name;
  private final Node.Parameters parameters;
  private final Body body;
  private final Scope definedIn;
  private final Scoping.Special special;
  private final Interpreter interpreter;

  Macro(
      @Nullable String name,
      Node.Parameters parameters,
      Body body,
      Scope definedIn,
      Interpreter interpreter) {
    this.name = name;
    this.parameters = parameters;
    this.body = body;
    this.definedIn = definedIn;
    this.special = interpreter.scoping().special(body);
    this.interpreter = interpreter;
  }

  @Override
  public Object call(Args args, Rendering r) {
    Scope scope = Scope.inside(definedIn, interpreter.scoping().unassigned(body));
    bind(args, scope, r);
    int line = r.line;
    Output out = new Output(r);
    r.enter();
    interpreter.run(body, scope, out);
    r.exit();
    r.line = line;
    return out.toString();
  }

  private void bind(Args args, Scope scope, Rendering r) {
    List<String> names = parameters.names();
    List<Object> given = args.positional();
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String parameter = names.get(i);
      Object value = i < given.size() ? given.get(i) : named.remove(parameter);
      if (value == null) {
        missing.add(parameter);
        scope.unassign(parameter);
      } else {
        scope.set(parameter, value);
      }
    }
    if (special.caller() && !names.contains("caller")) {
      Object caller = named.remove("caller");
      scope.set("caller", caller == null ? Undefined.because("No caller defined") : caller);
    }
    if (special.kwargs()) {
      var kwargs = new DictValue();
      named.forEach((key, value) -> kwargs.put(key, value, r));
      scope.set("kwargs", kwargs);
    } else if (!named.isEmpty()) {
      throw surplus(named, r);
    }
    if (special.varargs()) {
      scope.set("varargs", new TupleValue(args.from(names.size()).positional()));
    } else if (given.size() > names.size()) {
      throw new TemplateError(
          "macro %s takes not more than %d argument(s)".formatted(shownName(r), names.size()));
    }
    defaults(missing, scope, r);
  }

  private void defaults(List<String> missing, Scope scope, Rendering r) {
    List<String> names = parameters.names();
    int required = names.size() - parameters.defaults().size();
    for (String parameter : missing) {
      int index = names.indexOf(parameter) - required;
      scope.set(
          parameter,
          index < 0
              ? Undefined.because("parameter " + Repr.repr(parameter, r) + " was not provided")
              : interpreter.evaluator().value(parameters.defaults().get(index), scope));
    }
  }

  private TemplateError surplus(Map<String, Object> named, Rendering r) {
    if (named.containsKey("caller")) {
      return new TemplateError(
          "macro %s was invoked with two values for the special caller argument. This is most likely a bug."
              .formatted(shownName(r)));
    }
    String first = named.keySet().iterator().next();
    return new TemplateError(
        "macro %s takes no keyword argument %s".formatted(shownName(r), Repr.repr(first, r)));
  }

  private String shownName(Rendering r) {
    return name == null ? "None" : Repr.repr(name, r);
  }

  @Nullable Object attribute(String attribute) {
    return switch (attribute) {
      case "name" -> name == null ? None.NONE : name;
      case "arguments" -> new TupleValue(parameters.names());
      case "catch_kwargs" -> special.kwargs();
      case "catch_varargs" -> special.varargs();
      case "caller" -> special.caller();
      default -> null;
    };
  }

  @Override
  public String shown() {
    return name == null ? "<Macro anonymous>" : "<Macro " + Repr.quoted(name) + ">";
  }
}

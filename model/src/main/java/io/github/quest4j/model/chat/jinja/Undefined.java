package io.github.quest4j.model.chat.jinja;

/**
 * jinja2's default undefined: prints as nothing, iterates as empty, is false; anything else is an
 * error with this reason.
 */
final class Undefined {
  private final String reason;

  private Undefined(String reason) {
    this.reason = reason;
  }

  static Undefined name(String name, Rendering r) {
    return new Undefined(Repr.repr(name, r) + " is undefined");
  }

  static Undefined because(String reason) {
    return new Undefined(reason);
  }

  static Undefined attribute(Object target, Object name, Rendering r) {
    String type = target == None.NONE ? "None" : Types.qualifiedName(target) + " object";
    String shown = Repr.repr(name, r);
    return new Undefined(
        Types.isString(name)
            ? "'" + type + "' has no attribute " + shown
            : type + " has no element " + shown);
  }

  TemplateError error() {
    return new TemplateError(reason);
  }
}

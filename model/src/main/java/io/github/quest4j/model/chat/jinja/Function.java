package io.github.quest4j.model.chat.jinja;

import java.util.function.BiFunction;

/** A built-in function or a method bound to its value. */
record Function(String name, BiFunction<Args, Rendering, Object> body) implements Callable {
  @Override
  public Object call(Args args, Rendering r) {
    return body.apply(args, r);
  }

  @Override
  public String shown() {
    return "<function " + name + ">";
  }
}

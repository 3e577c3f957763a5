package io.github.quest4j.model.chat.jinja;

/** What a template can call. */
interface Callable {
  Object call(Args args, Rendering r);

  /** The value's text, as Python's repr gives it. */
  String shown();
}

package io.github.quest4j.model.chat.jinja;

/** Python's {@code None}; Java's null never travels inside the interpreter. */
enum None {
  NONE
}

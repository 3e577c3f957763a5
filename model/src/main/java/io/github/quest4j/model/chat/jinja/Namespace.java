package io.github.quest4j.model.chat.jinja;

/** What {@code namespace(...)} makes: the one value whose attributes a template may set. */
record Namespace(DictValue attributes) {}

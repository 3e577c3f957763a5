package io.github.quest4j.model.chat.jinja;

import java.util.Iterator;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict return. */
record DictView(DictValue dict, Part part) {
  enum Part {
    KEYS,
    VALUES,
    ITEMS
  }

  Object pick(DictValue.Entry entry) {
    return switch (part) {
      case KEYS -> entry.key();
      case VALUES -> entry.value();
      case ITEMS -> TupleValue.of(entry.key(), entry.value());
    };
  }

  Iterator<Object> iterator() {
    return dict.entries().stream().map(this::pick).iterator();
  }
}

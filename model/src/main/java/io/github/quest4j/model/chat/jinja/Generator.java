package io.github.quest4j.model.chat.jinja;

import java.util.Iterator;

/** A Python iterator: it is consumed once, is always true, and has no length. */
record Generator(String type, Iterator<Object> iterator) {
  static Generator of(Iterator<Object> iterator) {
    return new Generator("generator", iterator);
  }
}

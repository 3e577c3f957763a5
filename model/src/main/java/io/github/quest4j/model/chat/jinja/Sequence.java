package io.github.quest4j.model.chat.jinja;

/** What can be indexed by position: list, tuple, range. */
sealed interface Sequence permits ListValue, TupleValue, RangeValue {
  int size();

  Object get(int index);
}

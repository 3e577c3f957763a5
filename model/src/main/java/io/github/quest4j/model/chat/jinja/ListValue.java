package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A Python list. */
final class ListValue implements Sequence {
  final List<Object> items;

  ListValue() {
    items = new ArrayList<>();
  }

  ListValue(Collection<?> values) {
    items = new ArrayList<>(values);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.List;

/** A Python tuple; {@code fields} names its items where it is a named one. */
final class TupleValue implements Sequence {
  final List<Object> items;
  final List<String> fields;

  TupleValue(List<?> items) {
    this(items, List.of());
  }

  TupleValue(List<?> items, List<String> fields) {
    this.items = List.copyOf(items);
    this.fields = fields;
  }

  static TupleValue of(Object... items) {
    return new TupleValue(List.of(items));
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

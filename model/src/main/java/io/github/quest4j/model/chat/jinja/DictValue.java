package io.github.quest4j.model.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Python dict: insertion order, and keys that compare as Python's do (1, 1.0 and True are one
 * key).
 */
final class DictValue {
  record Entry(Object key, Object value) {}

  private record TupleKey(List<Object> items) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  int size() {
    return entries.size();
  }

  @Nullable Object get(Object key, Rendering r) {
    Entry entry = entries.get(hashKey(key, r));
    return entry == null ? null : entry.value();
  }

  boolean contains(Object key, Rendering r) {
    return entries.containsKey(hashKey(key, r));
  }

  void put(Object key, Object value, Rendering r) {
    Object hashKey = hashKey(key, r);
    Entry old = entries.get(hashKey);
    entries.put(hashKey, new Entry(old == null ? key : old.key(), value));
  }

  @Nullable Object remove(Object key, Rendering r) {
    Entry entry = entries.remove(hashKey(key, r));
    return entry == null ? null : entry.value();
  }

  void clear() {
    entries.clear();
  }

  void putAll(DictValue other) {
    for (var entry : List.copyOf(other.entries.entrySet())) {
      entries.merge(
          entry.getKey(), entry.getValue(), (old, now) -> new Entry(old.key(), now.value()));
    }
  }

  /** A snapshot, so that a loop over a dict survives changes to it. */
  List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** Equal keys have equal hash keys, by Java's equals. */
  static Object hashKey(Object key, Rendering r) {
    return switch (key) {
      case String text -> text;
      case Markup markup -> markup.text();
      case Boolean flag -> flag ? 1L : 0L;
      case Double number -> {
        if (number == Math.rint(number) && Math.abs(number) < 0x1p62) {
          yield number.longValue();
        }
        yield number == Math.rint(number) && !Double.isInfinite(number)
            ? Numbers.normal(new java.math.BigDecimal(number).toBigInteger())
            : number;
      }
      case Long number -> number;
      case BigInteger number -> number;
      case TupleValue tuple -> {
        r.enter();
        var items = new ArrayList<Object>(tuple.size());
        for (Object item : tuple.items) {
          r.steps(16);
          items.add(hashKey(item, r));
        }
        r.exit();
        yield new TupleKey(items);
      }
      case Undefined undefined -> Undefined.class;
      case ListValue list -> throw unhashable(list);
      case DictValue dict -> throw unhashable(dict);
      default -> key;
    };
  }

  private static TemplateError unhashable(Object value) {
    return new TemplateError("unhashable type: '" + Types.name(value) + "'");
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of Python's dicts. */
final class DictMethods {
  private interface Method {
    Object call(DictValue self, Args args, Rendering r);
  }

  private static final Map<String, Method> ALL =
      Map.ofEntries(
          Map.entry("keys", (self, args, r) -> new DictView(self, DictView.Part.KEYS)),
          Map.entry("values", (self, args, r) -> new DictView(self, DictView.Part.VALUES)),
          Map.entry("items", (self, args, r) -> new DictView(self, DictView.Part.ITEMS)),
          Map.entry("get", DictMethods::get),
          Map.entry("pop", DictMethods::pop),
          Map.entry("popitem", DictMethods::popItem),
          Map.entry("setdefault", DictMethods::setDefault),
          Map.entry("update", DictMethods::update),
          Map.entry("copy", (self, args, r) -> Globals.dict(Args.of(self), r)),
          Map.entry("clear", DictMethods::clear),
          Map.entry("fromkeys", DictMethods::fromKeys));

  private DictMethods() {}

  static @Nullable Callable find(DictValue self, String name) {
    Method method = ALL.get(name);
    return method == null ? null : new Function(name, (args, r) -> method.call(self, args, r));
  }

  private static Object get(DictValue self, Args args, Rendering r) {
    Args.Bound bound = args.bind("get", "key", "default");
    Object value = self.get(bound.need("key"), r);
    return value == null ? bound.get("default") : value;
  }

  private static Object pop(DictValue self, Args args, Rendering r) {
    Args.Bound bound = args.bind("pop", "key", "default");
    Object value = self.remove(bound.need("key"), r);
    if (value == null && !bound.has("default")) {
      throw new TemplateError(Repr.repr(bound.need("key"), r));
    }
    return value == null ? bound.get("default") : value;
  }

  private static Object popItem(DictValue self, Args args, Rendering r) {
    List<DictValue.Entry> entries = self.entries();
    if (entries.isEmpty()) {
      throw new TemplateError("'popitem(): dictionary is empty'");
    }
    DictValue.Entry last = entries.getLast();
    self.remove(last.key(), r);
    return TupleValue.of(last.key(), last.value());
  }

  private static Object setDefault(DictValue self, Args args, Rendering r) {
    Args.Bound bound = args.bind("setdefault", "key", "default");
    Object key = bound.need("key");
    Object value = self.get(key, r);
    if (value != null) {
      return value;
    }
    self.put(key, bound.get("default"), r);
    return bound.get("default");
  }

  private static Object update(DictValue self, Args args, Rendering r) {
    self.putAll(Globals.dict(args, r));
    return None.NONE;
  }

  private static Object clear(DictValue self, Args args, Rendering r) {
    self.clear();
    return None.NONE;
  }

  private static Object fromKeys(DictValue self, Args args, Rendering r) {
    Args.Bound bound = args.bind("fromkeys", "iterable", "value");
    var dict = new DictValue();
    Types.iterator(bound.need("iterable"), r)
        .forEachRemaining(key -> dict.put(key, bound.get("value"), r));
    return dict;
  }
}

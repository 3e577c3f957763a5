package io.github.quest4j.model.chat.jinja;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's lists and tuples. */
@SuppressWarnings("ReferenceEquality") // Python compares identity before equality
final class ListMethods {
  private interface Method {
    Object call(ListValue self, Args args, Rendering r);
  }

  private static final Map<String, Method> ALL =
      Map.ofEntries(
          Map.entry("append", ListMethods::append),
          Map.entry("extend", ListMethods::extend),
          Map.entry("insert", ListMethods::insert),
          Map.entry("pop", ListMethods::pop),
          Map.entry("remove", ListMethods::remove),
          Map.entry("clear", ListMethods::clear),
          Map.entry("copy", (self, args, r) -> new ListValue(Types.items(self, r))),
          Map.entry("reverse", ListMethods::reverse),
          Map.entry("sort", ListMethods::sort),
          Map.entry("index", (self, args, r) -> index(self, args, "list", r)),
          Map.entry("count", (self, args, r) -> count(self, args, r)));

  private ListMethods() {}

  static @Nullable Callable find(ListValue self, String name) {
    Method method = ALL.get(name);
    return method == null ? null : bound(name, (args, r) -> method.call(self, args, r));
  }

  static @Nullable Callable find(TupleValue self, String name) {
    return switch (name) {
      case "index" -> bound(name, (args, r) -> index(self, args, "tuple", r));
      case "count" -> bound(name, (args, r) -> count(self, args, r));
      default -> null;
    };
  }

  /** A named tuple's field, null where it has none of that name. */
  static @Nullable Object field(TupleValue self, String name) {
    int field = self.fields.indexOf(name);
    return field < 0 ? null : self.get(field);
  }

  private static Callable bound(String name, BiFunction<Args, Rendering, Object> body) {
    return new Function(name, body);
  }

  private static Object append(ListValue self, Args args, Rendering r) {
    r.reserveItems(1);
    self.items.add(args.bind("append", "object").need("object"));
    return None.NONE;
  }

  private static Object extend(ListValue self, Args args, Rendering r) {
    List<Object> more = Types.items(args.bind("extend", "iterable").need("iterable"), r);
    r.reserveItems((long) self.size() + more.size());
    self.items.addAll(more);
    return None.NONE;
  }

  private static Object insert(ListValue self, Args args, Rendering r) {
    Args.Bound bound = args.bind("insert", "index", "object");
    long index = Numbers.index(bound.need("index"));
    long at = Math.clamp(index < 0 ? index + self.size() : index, 0, self.size());
    r.steps(self.size() / 64);
    self.items.add((int) at, bound.need("object"));
    return None.NONE;
  }

  private static Object pop(ListValue self, Args args, Rendering r) {
    long index = args.bind("pop", "index").index("index", -1);
    if (self.size() == 0) {
      throw new TemplateError("pop from empty list");
    }
    long at = index < 0 ? index + self.size() : index;
    if (at < 0 || at >= self.size()) {
      throw new TemplateError("pop index out of range");
    }
    r.steps(self.size() / 64);
    return self.items.remove((int) at);
  }

  private static Object remove(ListValue self, Args args, Rendering r) {
    Object value = args.bind("remove", "value").need("value");
    int at = position(self, value, 0, self.size(), r);
    if (at < 0) {
      throw new TemplateError("list.remove(x): x not in list");
    }
    self.items.remove(at);
    return None.NONE;
  }

  private static Object clear(ListValue self, Args args, Rendering r) {
    self.items.clear();
    return None.NONE;
  }

  private static Object reverse(ListValue self, Args args, Rendering r) {
    Collections.reverse(self.items);
    return None.NONE;
  }

  private static Object sort(ListValue self, Args args, Rendering r) {
    boolean reverse = args.bind("sort", "reverse").flag("reverse", false);
    SequenceFilters.sort(self.items, UnaryOperator.identity(), reverse, r);
    return None.NONE;
  }

  private static Object index(Sequence self, Args args, String type, Rendering r) {
    Args.Bound bound = args.bind("index", "value", "start", "stop");
    Object value = bound.need("value");
    int size = self.size();
    int at =
        position(
            self,
            value,
            edge(bound.index("start", 0), size),
            edge(bound.index("stop", size), size),
            r);
    if (at < 0) {
      throw new TemplateError(
          type.equals("tuple")
              ? "tuple.index(x): x not in tuple"
              : Repr.repr(value, r) + " is not in list");
    }
    return (long) at;
  }

  private static int edge(long index, int size) {
    return Math.clamp(index < 0 ? index + size : index, 0, size);
  }

  private static int position(Sequence self, Object value, int from, int to, Rendering r) {
    for (int i = from; i < to; i++) {
      r.step();
      if (Comparison.same(self.get(i), value, r)) {
        return i;
      }
    }
    return -1;
  }

  private static Object count(Sequence self, Args args, Rendering r) {
    Object value = args.bind("count", "value").need("value");
    long found = 0;
    for (int i = 0; i < self.size(); i++) {
      r.step();
      found += Comparison.same(self.get(i), value, r) ? 1 : 0;
    }
    return found;
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code map}, {@code select} and their like: they work item by item, as the items are asked for.
 */
final class SelectionFilters {
  static final Map<String, Filters.Filter> ALL =
      Map.of(
          "map", SelectionFilters::map,
          "select", (input, args, r) -> select(input, args, false, true, r),
          "reject", (input, args, r) -> select(input, args, false, false, r),
          "selectattr", (input, args, r) -> select(input, args, true, true, r),
          "rejectattr", (input, args, r) -> select(input, args, true, false, r));

  private SelectionFilters() {}

  private static Object map(Object input, Args args, Rendering r) {
    if (!Types.truth(input)) {
      return Generator.of(Collections.emptyIterator());
    }
    Function<Object, Object> change = change(args, r);
    Iterator<Object> items = Types.iterator(input, r);
    return Generator.of(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public Object next() {
            return change.apply(items.next());
          }
        });
  }

  private static Function<Object, Object> change(Args args, Rendering r) {
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      Args.Bound bound = args.bind("map", "attribute", "default");
      return Attributes.key(bound.need("attribute"), bound.get("default"), false, r);
    }
    if (args.positional().isEmpty()) {
      throw new TemplateError("map requires a filter argument");
    }
    String name = Repr.str(args.positional().getFirst(), r);
    Args rest = args.from(1);
    return item -> Filters.apply(name, item, rest, r);
  }

  private static Object select(
      Object input, Args args, boolean byAttribute, boolean wanted, Rendering r) {
    if (!Types.truth(input)) {
      return Generator.of(Collections.emptyIterator());
    }
    Iterator<Object> items = Types.iterator(input, r);
    Predicate<Object> test = test(args, byAttribute, r);
    return Generator.of(new Selected(items, item -> test.test(item) == wanted));
  }

  private static Predicate<Object> test(Args args, boolean byAttribute, Rendering r) {
    int offset = byAttribute ? 1 : 0;
    if (args.positional().size() < offset) {
      throw new TemplateError("Missing parameter for attribute name");
    }
    Function<Object, Object> pick =
        byAttribute ? Attributes.getter(args.positional().getFirst(), r) : item -> item;
    if (args.positional().size() == offset) {
      return item -> Types.truth(pick.apply(item));
    }
    String name = Repr.str(args.positional().get(offset), r);
    Args rest = args.from(offset + 1);
    return item -> Tests.apply(name, pick.apply(item), rest, r);
  }

  private static final class Selected implements Iterator<Object> {
    private final Iterator<Object> items;
    private final Predicate<Object> test;
    private @Nullable Object next;

    Selected(Iterator<Object> items, Predicate<Object> test) {
      this.items = items;
      this.test = test;
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        Object item = items.next();
        next = test.test(item) ? item : null;
      }
      return next != null;
    }

    @Override
    public Object next() {
      Object item = hasNext() ? next : null;
      if (item == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return item;
    }
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions every template knows: jinja2's, and the two that transformers adds. */
final class Globals {
  private Globals() {}

  static Scope scope() {
    var scope = new Scope(null);
    scope.set("range", new Function("range", Globals::range));
    scope.set("dict", new Function("dict", Globals::dict));
    scope.set("namespace", new Function("namespace", (args, r) -> new Namespace(dict(args, r))));
    scope.set("cycler", new Function("cycler", (args, r) -> new Cycler(args.positional())));
    scope.set("joiner", new Function("joiner", (args, r) -> joiner(args)));
    scope.set("raise_exception", new Function("raise_exception", Globals::raise));
    scope.set("strftime_now", new Function("strftime_now", Globals::strftimeNow));
    return scope;
  }

  private static Object range(Args args, Rendering r) {
    List<Object> bounds = args.positional();
    if (bounds.isEmpty() || bounds.size() > 3 || !args.named().isEmpty()) {
      throw new TemplateError(
          "range expected 1 to 3 arguments, got " + (bounds.size() + args.named().size()));
    }
    long first = Numbers.index(bounds.getFirst());
    return bounds.size() == 1
        ? new RangeValue(0, first, 1)
        : new RangeValue(
            first,
            Numbers.index(bounds.get(1)),
            bounds.size() == 3 ? Numbers.index(bounds.get(2)) : 1);
  }

  static DictValue dict(Args args, Rendering r) {
    var dict = new DictValue();
    if (args.positional().size() > 1) {
      throw new TemplateError("dict expected at most 1 argument, got " + args.positional().size());
    }
    for (Object source : args.positional()) {
      update(dict, source, r);
    }
    args.named().forEach((name, value) -> dict.put(name, value, r));
    return dict;
  }

  static void update(DictValue dict, Object source, Rendering r) {
    if (source instanceof DictValue other) {
      r.reserveItems(other.size());
      dict.putAll(other);
      return;
    }
    var pairs = Types.iterator(source, r);
    for (int i = 0; pairs.hasNext(); i++) {
      Object next = pairs.next();
      if (!Types.isIterable(next)) {
        throw new TemplateError(
            "cannot convert dictionary update sequence element #" + i + " to a sequence");
      }
      List<Object> pair = Types.items(next, r);
      if (pair.size() != 2) {
        throw new TemplateError(
            "dictionary update sequence element #%d has length %d; 2 is required"
                .formatted(i, pair.size()));
      }
      dict.put(pair.get(0), pair.get(1), r);
    }
  }

  private static Object joiner(Args args) {
    Object separator = args.bind("joiner", "sep").get("sep", ", ");
    var used = new ListValue();
    return new Function(
        "joiner",
        (none, r) -> {
          if (used.size() > 0) {
            return separator;
          }
          used.items.add(true);
          return "";
        });
  }

  private static Object raise(Args args, Rendering r) {
    Object message = args.bind("raise_exception", "message").need("message");
    throw new Raised(Repr.str(message, r));
  }

  private static Object strftimeNow(Args args, Rendering r) {
    return Strftime.format(r.now, args.bind("strftime_now", "format").text("format"), r);
  }

  /** jinja2's {@code cycler}. */
  static final class Cycler {
    private final List<Object> items;
    private int position;

    Cycler(List<Object> items) {
      if (items.isEmpty()) {
        throw new TemplateError("at least one item has to be provided");
      }
      this.items = items;
    }

    @Nullable Object attribute(String name) {
      return switch (name) {
        case "current" -> items.get(position);
        case "next" ->
            new Function(
                "next",
                (args, r) -> {
                  Object item = items.get(position);
                  position = (position + 1) % items.size();
                  return item;
                });
        case "reset" ->
            new Function(
                "reset",
                (args, r) -> {
                  position = 0;
                  return None.NONE;
                });
        default -> null;
      };
    }
  }
}

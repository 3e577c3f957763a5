package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The {@code loop} variable. */
final class Loop implements Callable {
  private final Object iterable;
  private final int depth;
  private final @Nullable BiFunction<Object, Integer, String> recursion;
  private Iterator<Object> items;
  private int index = -1;
  private int length = -1;
  private @Nullable Object before;
  private @Nullable Object current;
  private @Nullable Object after;
  private @Nullable TupleValue lastChanged;

  /**
   * @param depth how many calls of this loop are around it
   * @param recursion renders the loop for other items, one deeper; null where the loop is not
   *     recursive
   */
  Loop(
      Object iterable,
      int depth,
      @Nullable BiFunction<Object, Integer, String> recursion,
      Rendering r) {
    this.iterable = iterable;
    this.depth = depth;
    this.recursion = recursion;
    this.items = Types.iterator(iterable, r);
  }

  /** The next item, null after the last. */
  @Nullable Object next() {
    Object item = peek();
    if (item == null) {
      return null;
    }
    after = null;
    index++;
    before = current;
    current = item;
    return item;
  }

  private @Nullable Object peek() {
    if (after == null && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  int length() {
    if (length < 0) {
      length = Types.lengthOrNone(iterable);
    }
    if (length < 0) {
      List<Object> rest = new ArrayList<>();
      items.forEachRemaining(rest::add);
      items = rest.iterator();
      length = rest.size() + index + 1 + (after == null ? 0 : 1);
    }
    return length;
  }

  Iterator<Object> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return peek() != null;
      }

      @Override
      public Object next() {
        Object item = Loop.this.next();
        if (item == null) {
          throw new java.util.NoSuchElementException();
        }
        return TupleValue.of(item, Loop.this);
      }
    };
  }

  @Nullable Object attribute(String name) {
    return switch (name) {
      case "index0" -> (long) index;
      case "index" -> index + 1L;
      case "first" -> index == 0;
      case "last" -> peek() == null;
      case "length" -> (long) length();
      case "revindex" -> (long) length() - index;
      case "revindex0" -> (long) length() - index - 1;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> before == null ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> {
        Object next = peek();
        yield next == null ? Undefined.because("there is no next item") : next;
      }
      case "cycle" -> new Function("cycle", this::cycle);
      case "changed" -> new Function("changed", this::changed);
      default -> null;
    };
  }

  private Object cycle(Args args, Rendering r) {
    if (args.positional().isEmpty()) {
      throw new TemplateError("no items for cycling given");
    }
    return args.positional().get(index % args.positional().size());
  }

  private Object changed(Args args, Rendering r) {
    var value = new TupleValue(args.positional());
    boolean same = lastChanged != null && Comparison.equal(lastChanged, value, r);
    lastChanged = value;
    return !same;
  }

  @Override
  public Object call(Args args, Rendering r) {
    if (recursion == null) {
      throw new TemplateError(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion.apply(args.bind("loop", "iterable").need("iterable"), depth + 1);
  }

  @Override
  public String shown() {
    return "<LoopContext %d/%d>".formatted(index + 1, length());
  }
}

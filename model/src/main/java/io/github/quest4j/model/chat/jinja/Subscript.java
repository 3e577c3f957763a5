package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name}, {@code value[key]} and {@code value[start:stop:step]}, with jinja2's order of
 * attempts.
 */
final class Subscript {
  /** What every Python object has; jinja2's sandbox names these as unsafe. */
  private static final Set<String> PRIVATE =
      Set.of(
          "__class__",
          "__delattr__",
          "__dir__",
          "__doc__",
          "__eq__",
          "__format__",
          "__ge__",
          "__getattribute__",
          "__gt__",
          "__hash__",
          "__init__",
          "__init_subclass__",
          "__le__",
          "__lt__",
          "__ne__",
          "__new__",
          "__reduce__",
          "__reduce_ex__",
          "__repr__",
          "__setattr__",
          "__sizeof__",
          "__str__",
          "__subclasshook__");

  private Subscript() {}

  static Object attribute(Object target, String name, Rendering r) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object found = member(target, name, r);
    if (found == null) {
      found = item(target, name, r);
    }
    return found == null ? Undefined.attribute(target, name, r) : found;
  }

  static Object get(Object target, Object key, Rendering r) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object found = item(target, key, r);
    String name = Types.string(key);
    if (found == null && name != null) {
      found = member(target, name, r);
    }
    return found == null ? Undefined.attribute(target, key, r) : found;
  }

  /** The value's own attribute; null where Python raises an AttributeError. */
  static @Nullable Object member(Object target, String name, Rendering r) {
    if (name.startsWith("_")) {
      return PRIVATE.contains(name)
          ? Undefined.because(
              "access to attribute '%s' of '%s' object is unsafe."
                  .formatted(name, Types.name(target)))
          : null;
    }
    return switch (target) {
      case String text -> TextMethods.find(text, name);
      case Markup markup -> TextMethods.find(markup, name);
      case DictValue dict -> DictMethods.find(dict, name);
      case ListValue list -> ListMethods.find(list, name);
      case TupleValue tuple -> {
        Object field = ListMethods.field(tuple, name);
        yield field == null ? ListMethods.find(tuple, name) : field;
      }
      case Namespace namespace -> namespace.attributes().get(name, r);
      case Loop loop -> loop.attribute(name);
      case Macro macro -> macro.attribute(name);
      case Globals.Cycler cycler -> cycler.attribute(name);
      default -> null;
    };
  }

  /** The value's item; null where Python raises a LookupError or a TypeError. */
  private static @Nullable Object item(Object target, Object key, Rendering r) {
    if (target instanceof DictValue dict) {
      boolean unhashable = key instanceof ListValue || key instanceof DictValue;
      return unhashable ? null : dict.get(key, r);
    }
    if (!(key instanceof Long || key instanceof Boolean)) {
      return null;
    }
    long index = Numbers.index(key);
    if (target instanceof Sequence sequence) {
      long at = index < 0 ? index + sequence.size() : index;
      return at < 0 || at >= sequence.size() ? null : sequence.get((int) at);
    }
    String text = Types.string(target);
    if (text == null) {
      return null;
    }
    r.steps(text.length() / 256);
    int length = Text.length(text);
    long at = index < 0 ? index + length : index;
    if (at < 0 || at >= length) {
      return null;
    }
    boolean plain = length == text.length();
    int point = text.codePointAt(plain ? (int) at : Text.offset(text, (int) at));
    String character = Character.toString(point);
    return target instanceof Markup ? new Markup(character) : character;
  }

  static Object slice(Object target, Object start, Object stop, Object step, Rendering r) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    String text = Types.string(target);
    if (text == null && !(target instanceof Sequence)) {
      throw new TemplateError(
          target instanceof DictValue
              ? "unhashable type: 'slice'"
              : "'" + Types.name(target) + "' object is not subscriptable");
    }
    int length = Types.length(target);
    long by = step == None.NONE ? 1 : sliceIndex(step);
    if (by == 0) {
      throw new TemplateError("slice step cannot be zero");
    }
    long from = bound(start, by > 0 ? 0 : length - 1, by, length);
    long to = bound(stop, by > 0 ? length : -1, by, length);
    r.read(length);
    if (text != null) {
      String part = slice(text, from, to, by, length);
      return target instanceof Markup ? new Markup(part) : part;
    }
    Sequence sequence = (Sequence) target;
    if (sequence instanceof RangeValue range) {
      return new RangeValue(
          range.start + from * range.step, range.start + to * range.step, range.step * by);
    }
    List<Object> items = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      items.add(sequence.get((int) i));
    }
    r.reserveItems(items.size());
    return sequence instanceof TupleValue ? new TupleValue(items) : new ListValue(items);
  }

  private static String slice(String text, long from, long to, long by, int length) {
    if (by == 1) {
      return from >= to
          ? ""
          : length == text.length()
              ? text.substring((int) from, (int) to)
              : text.substring(Text.offset(text, (int) from), Text.offset(text, (int) to));
    }
    int[] points = text.codePoints().toArray();
    var part = new StringBuilder();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      part.appendCodePoint(points[(int) i]);
    }
    return part.toString();
  }

  private static long sliceIndex(Object value) {
    if (value instanceof Undefined || !Numbers.isInteger(value)) {
      throw new TemplateError("slice indices must be integers or None or have an __index__ method");
    }
    // Clamped so that stepping by it cannot overflow.
    return Math.clamp(Numbers.index(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static long bound(Object value, long otherwise, long by, int length) {
    if (value == None.NONE) {
      return otherwise;
    }
    long index = sliceIndex(value);
    long at = index < 0 ? index + length : index;
    return by > 0 ? Math.clamp(at, 0, length) : Math.clamp(at, -1, length - 1);
  }
}

package io.github.quest4j.model.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Python would say of a value: its type's name, truth, length, and how to iterate it. */
final class Types {
  private Types() {}

  static String name(Object value) {
    return switch (value) {
      case None none -> "NoneType";
      case String text -> "str";
      case Markup markup -> "Markup";
      case Boolean flag -> "bool";
      case Long number -> "int";
      case BigInteger number -> "int";
      case Double number -> "float";
      case ListValue list -> "list";
      case TupleValue tuple -> "tuple";
      case DictValue dict -> "dict";
      case RangeValue range -> "range";
      case DictView view ->
          switch (view.part()) {
            case KEYS -> "dict_keys";
            case VALUES -> "dict_values";
            case ITEMS -> "dict_items";
          };
      case Generator generator -> generator.type();
      case Undefined undefined -> "Undefined";
      case Namespace namespace -> "Namespace";
      case Loop loop -> "LoopContext";
      case Macro macro -> "Macro";
      default -> "function";
    };
  }

  static String qualifiedName(Object value) {
    return switch (value) {
      case Namespace namespace -> "jinja2.utils.Namespace";
      case Loop loop -> "jinja2.runtime.LoopContext";
      case Macro macro -> "jinja2.runtime.Macro";
      case Markup markup -> "markupsafe.Markup";
      default -> name(value);
    };
  }

  static boolean isString(Object value) {
    return value instanceof String || value instanceof Markup;
  }

  /** The characters of a string or markup, null for any other value. */
  static @Nullable String string(Object value) {
    return switch (value) {
      case String text -> text;
      case Markup markup -> markup.text();
      default -> null;
    };
  }

  static String needString(Object value, String user) {
    String text = string(value);
    if (text == null) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new TemplateError("%s() argument must be str, not %s".formatted(user, name(value)));
    }
    return text;
  }

  static boolean truth(Object value) {
    return switch (value) {
      case Boolean flag -> flag;
      case None none -> false;
      case Undefined undefined -> false;
      case String text -> !text.isEmpty();
      case Markup markup -> !markup.text().isEmpty();
      case Long number -> number != 0;
      case Double number -> number != 0;
      case Sequence sequence -> sequence.size() > 0;
      case DictValue dict -> dict.size() > 0;
      case DictView view -> view.dict().size() > 0;
      case Loop loop -> loop.length() > 0;
      default -> true;
    };
  }

  /** The length, -1 for a value that has none. */
  static int lengthOrNone(Object value) {
    return switch (value) {
      case String text -> Text.length(text);
      case Markup markup -> Text.length(markup.text());
      case Sequence sequence -> sequence.size();
      case DictValue dict -> dict.size();
      case DictView view -> view.dict().size();
      case Undefined undefined -> 0;
      case Loop loop -> loop.length();
      default -> -1;
    };
  }

  static int length(Object value) {
    int length = lengthOrNone(value);
    if (length < 0) {
      throw new TemplateError("object of type '" + name(value) + "' has no len()");
    }
    return length;
  }

  static boolean isIterable(Object value) {
    return switch (value) {
      case String text -> true;
      case Markup markup -> true;
      case Sequence sequence -> true;
      case DictValue dict -> true;
      case DictView view -> true;
      case Generator generator -> true;
      case Undefined undefined -> true;
      case Loop loop -> true;
      default -> false;
    };
  }

  /** Iterates; each item costs a step. */
  static Iterator<Object> iterator(Object value, Rendering r) {
    Iterator<Object> items =
        switch (value) {
          case Sequence sequence -> new SequenceIterator(sequence);
          case String text -> Text.characters(text);
          case Markup markup -> Text.characters(markup.text());
          case DictValue dict -> new DictView(dict, DictView.Part.KEYS).iterator();
          case DictView view -> view.iterator();
          case Generator generator -> generator.iterator();
          case Undefined undefined -> Collections.emptyIterator();
          case Loop loop -> loop.iterator();
          default -> throw new TemplateError("'" + name(value) + "' object is not iterable");
        };
    return new Counted(items, r);
  }

  static List<Object> items(Object value, Rendering r) {
    var items = new ArrayList<Object>();
    iterator(value, r).forEachRemaining(items::add);
    return items;
  }

  /** So many items exactly, as an assignment to so many names wants them. */
  static List<Object> unpack(Object value, int count, Rendering r) {
    if (!isIterable(value)) {
      throw new TemplateError("cannot unpack non-iterable " + name(value) + " object");
    }
    Iterator<Object> iterator = iterator(value, r);
    List<Object> items = new ArrayList<>();
    while (items.size() < count) {
      if (!iterator.hasNext()) {
        throw new TemplateError(
            "not enough values to unpack (expected %d, got %d)".formatted(count, items.size()));
      }
      items.add(iterator.next());
    }
    if (iterator.hasNext()) {
      throw new TemplateError("too many values to unpack (expected " + count + ")");
    }
    return items;
  }

  /** By position and not fail-fast, as Python iterates a list that grows meanwhile. */
  private static final class SequenceIterator implements Iterator<Object> {
    private final Sequence sequence;
    private int next;

    SequenceIterator(Sequence sequence) {
      this.sequence = sequence;
    }

    @Override
    public boolean hasNext() {
      return next < sequence.size();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      return sequence.get(next++);
    }
  }

  private record Counted(Iterator<Object> items, Rendering r) implements Iterator<Object> {
    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Object next() {
      r.step();
      return items.next();
    }
  }
}

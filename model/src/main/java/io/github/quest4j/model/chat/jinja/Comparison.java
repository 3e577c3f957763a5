package io.github.quest4j.model.chat.jinja;

import java.util.Comparator;
import java.util.List;

/** Python's equality, order and membership. */
@SuppressWarnings("ReferenceEquality") // Python compares identity before equality
final class Comparison {
  private Comparison() {}

  @SuppressWarnings("ReferenceEquality") // as Python, which asks for identity first
  static boolean equal(Object left, Object right, Rendering r) {
    if (left == right) {
      return !Numbers.isNaN(left);
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return !Numbers.isNaN(left) && !Numbers.isNaN(right) && Numbers.compare(left, right) == 0;
    }
    String text = Types.string(left);
    if (text != null) {
      return text.equals(Types.string(right));
    }
    r.enter();
    boolean same =
        switch (left) {
          case Undefined undefined -> right instanceof Undefined;
          case ListValue list ->
              right instanceof ListValue other && equal(list.items, other.items, r);
          case TupleValue tuple ->
              right instanceof TupleValue other && equal(tuple.items, other.items, r);
          case RangeValue range -> right instanceof RangeValue other && sameNumbers(range, other);
          case DictValue dict -> right instanceof DictValue other && equal(dict, other, r);
          default -> false;
        };
    r.exit();
    return same;
  }

  private static boolean equal(List<Object> left, List<Object> right, Rendering r) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      r.step();
      if (!same(left.get(i), right.get(i), r)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameNumbers(RangeValue left, RangeValue right) {
    return left.size() == right.size()
        && (left.size() == 0 || left.start == right.start)
        && (left.size() < 2 || left.step == right.step);
  }

  private static boolean equal(DictValue left, DictValue right, Rendering r) {
    if (left.size() != right.size()) {
      return false;
    }
    for (var entry : left.entries()) {
      Object other = right.get(entry.key(), r);
      if (other == null || !same(entry.value(), other, r)) {
        return false;
      }
    }
    return true;
  }

  /** Containers take an item for equal to itself, NaN included. */
  @SuppressWarnings("ReferenceEquality")
  static boolean same(Object left, Object right, Rendering r) {
    return left == right || equal(left, right, r);
  }

  /**
   * Python's {@code left < right} for {@code <}, and so on; the operator is needed for the error's
   * words.
   */
  static boolean ordered(String operator, Object left, Object right, Rendering r) {
    if ((Numbers.isNaN(left) && Numbers.isNumber(right))
        || (Numbers.isNaN(right) && Numbers.isNumber(left))) {
      return false;
    }
    int order = compare(operator, left, right, r);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalArgumentException("no order operator: " + operator);
    };
  }

  private static int compare(String operator, Object left, Object right, Rendering r) {
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compare(left, right);
    }
    String text = Types.string(left);
    String other = Types.string(right);
    if (text != null && other != null) {
      return compareText(text, other);
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return compare(operator, a.items, b.items, r);
    }
    if (left instanceof TupleValue a && right instanceof TupleValue b) {
      return compare(operator, a.items, b.items, r);
    }
    throw new TemplateError(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, Types.name(left), Types.name(right)));
  }

  private static int compare(String operator, List<Object> left, List<Object> right, Rendering r) {
    r.enter();
    int order = Integer.compare(left.size(), right.size());
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      r.step();
      if (!same(left.get(i), right.get(i), r)) {
        order = compare(operator, left.get(i), right.get(i), r);
        break;
      }
    }
    r.exit();
    return order;
  }

  /** By code points: UTF-16 order differs above U+FFFF. */
  private static int compareText(String left, String right) {
    int i = 0;
    int shared = Math.min(left.length(), right.length());
    while (i < shared && left.charAt(i) == right.charAt(i)) {
      i++;
    }
    if (i == shared) {
      return Integer.compare(left.length(), right.length());
    }
    char a = left.charAt(i);
    char b = right.charAt(i);
    boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
    return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
  }

  /** Python's sort order: it asks only whether one value is less than another. */
  static Comparator<Object> order(Rendering r) {
    return (left, right) -> {
      r.step();
      return compare("<", left, right, r);
    };
  }

  static boolean contains(Object container, Object value, Rendering r) {
    String text = Types.string(container);
    if (text != null) {
      String part = Types.string(value);
      if (part == null) {
        throw new TemplateError(
            "'in <string>' requires string as left operand, not " + Types.name(value));
      }
      r.search(text.length(), part.length());
      return text.contains(part);
    }
    if (container instanceof DictValue dict) {
      return dict.contains(value, r);
    }
    if (container instanceof DictView view && view.part() == DictView.Part.KEYS) {
      return view.dict().contains(value, r);
    }
    if (!Types.isIterable(container)) {
      throw new TemplateError("argument of type '" + Types.name(container) + "' is not iterable");
    }
    var items = Types.iterator(container, r);
    while (items.hasNext()) {
      if (same(items.next(), value, r)) {
        return true;
      }
    }
    return false;
  }
}

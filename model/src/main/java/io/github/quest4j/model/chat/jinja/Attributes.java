package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The {@code attribute} arguments of filters: dotted paths, numbers in them as indices. */
final class Attributes {
  private Attributes() {}

  static Object ignoreCase(Object value) {
    String text = Types.string(value);
    return text == null ? value : Text.lower(text);
  }

  static Function<Object, Object> getter(Object attribute, Rendering r) {
    return key(attribute, None.NONE, false, r);
  }

  /**
   * @param attribute None for the item itself
   * @param otherwise what stands for an undefined attribute; None for nothing
   */
  static Function<Object, Object> key(
      Object attribute, Object otherwise, boolean ignoreCase, Rendering r) {
    List<Object> path = path(attribute);
    return item -> {
      Object value = item;
      for (Object part : path) {
        value = Subscript.get(value, part, r);
        if (otherwise != None.NONE && value instanceof Undefined) {
          value = otherwise;
        }
      }
      return ignoreCase ? ignoreCase(value) : value;
    };
  }

  /** The keys of {@code sort}: a list of values, one for each path between commas. */
  static Function<Object, Object> keys(Object attribute, boolean ignoreCase, Rendering r) {
    List<Function<Object, Object>> getters = new ArrayList<>();
    String paths = Types.string(attribute);
    for (Object path :
        paths == null ? List.of(attribute) : List.of((Object[]) paths.split(",", -1))) {
      getters.add(key(path, None.NONE, ignoreCase, r));
    }
    return item -> {
      var keys = new ListValue();
      getters.forEach(getter -> keys.items.add(getter.apply(item)));
      return keys;
    };
  }

  private static List<Object> path(Object attribute) {
    if (attribute == None.NONE) {
      return List.of();
    }
    String dotted = Types.string(attribute);
    if (dotted == null) {
      return List.of(attribute);
    }
    List<Object> path = new ArrayList<>();
    for (String part : dotted.split("\\.", -1)) {
      boolean number =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      path.add(number ? Long.valueOf(part) : part);
    }
    return path;
  }
}

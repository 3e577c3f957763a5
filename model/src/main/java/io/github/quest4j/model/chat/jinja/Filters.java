package io.github.quest4j.model.chat.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * The filters: jinja2's, but for random, lipsum, urlize, wordwrap and pprint, which no chat
 * template needs.
 */
final class Filters {
  /** A filter's work. */
  interface Filter {
    Object apply(Object input, Args args, Rendering r);
  }

  private static final Map<String, Filter> ALL = all();

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> filters = new HashMap<>(TextFilters.ALL);
    filters.putAll(SequenceFilters.ALL);
    filters.putAll(SelectionFilters.ALL);
    filters.putAll(ValueFilters.ALL);
    return Map.copyOf(filters);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static Object apply(String name, Object input, Args args, Rendering r) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateError("No filter named '" + name + "'.");
    }
    String text = Types.string(input);
    r.read(text == null ? 0 : text.length());
    return filter.apply(input, args, r);
  }
}

package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call. */
record Args(List<Object> positional, Map<String, Object> named) {
  static final Args NONE = new Args(List.of(), Map.of());

  static Args of(Object... positional) {
    return new Args(List.of(positional), Map.of());
  }

  /** Binds the arguments to parameter names as Python does. */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new TemplateError(
          "%s() takes at most %d arguments (%d given)"
              .formatted(function, parameters.length, positional.size()));
    }
    var values = new LinkedHashMap<String, Object>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    List<String> known = List.of(parameters);
    named.forEach((name, value) -> {
      if (!known.contains(name)) {
        throw new TemplateError(
            "%s() got an unexpected keyword argument '%s'".formatted(function, name));
      }
      if (values.putIfAbsent(name, value) != null) {
        throw new TemplateError(
            "%s() got multiple values for argument '%s'".formatted(function, name));
      }
    });
    return new Bound(function, values);
  }

  Args with(String name, Object value) {
    var more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Args(positional, more);
  }

  Args without(String name) {
    var fewer = new LinkedHashMap<>(named);
    fewer.remove(name);
    return new Args(positional, fewer);
  }

  Args from(int index) {
    return new Args(
        new ArrayList<>(positional.subList(Math.min(index, positional.size()), positional.size())),
        named);
  }

  /** Arguments by parameter name. */
  record Bound(String function, Map<String, Object> values) {
    boolean has(String name) {
      return values.containsKey(name);
    }

    Object need(String name) {
      Object value = values.get(name);
      if (value == null) {
        throw new TemplateError("%s() missing required argument: '%s'".formatted(function, name));
      }
      return value;
    }

    Object get(String name, Object otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    /** The argument, None where it was not given. */
    Object get(String name) {
      return get(name, None.NONE);
    }

    boolean flag(String name, boolean otherwise) {
      Object value = values.get(name);
      return value == null ? otherwise : Types.truth(value);
    }

    long index(String name, long otherwise) {
      Object value = values.get(name);
      return value == null ? otherwise : Numbers.index(value);
    }

    String text(String name) {
      return Types.needString(need(name), function);
    }

    String text(String name, String otherwise) {
      return has(name) ? text(name) : otherwise;
    }
  }
}

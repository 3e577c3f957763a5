package io.github.quest4j.model.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names and their values; what is not found here is looked up in the scope around. */
final class Scope {
  /** A name that is undefined here, whatever it means outside. */
  private static final Object UNASSIGNED = new Object();

  private final @Nullable Scope outer;
  private final Map<String, Object> values = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  static Scope inside(Scope outer, Set<String> unassigned) {
    var scope = new Scope(outer);
    unassigned.forEach(scope::unassign);
    return scope;
  }

  void unassign(String name) {
    values.put(name, UNASSIGNED);
  }

  void set(String name, Object value) {
    values.put(name, value);
  }

  @Nullable Object find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.values.get(name);
      if (value != null) {
        return value == UNASSIGNED ? null : value;
      }
    }
    return null;
  }
}

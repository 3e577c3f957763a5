package io.github.quest4j.evaluation.run;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Values of results that must be there. */
final class ResultMaps {

  private ResultMaps() {}

  static double number(Map<String, Object> result, String name) {
    return ((Number) Objects.requireNonNull(result.get(name), name)).doubleValue();
  }

  static List<?> list(Map<String, Object> result, String name) {
    return (List<?>) Objects.requireNonNull(result.get(name), name);
  }
}

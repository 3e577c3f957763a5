package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import java.util.List;
import java.util.Map;

/**
 * Options of which one model may have other defaults than models in general, by their names on the
 * command line, without dashes.
 */
public final class ModelDefaults {

  /** The name of the option whose value {@code auto} asks for what was measured. */
  public static final String TOKEN_BUDGET = "token-budget";

  private static final List<String> NAMES =
      List.of(
          TOKEN_BUDGET, "page-size", "scorer", "gqa", "sink-pages", "recent-pages", "dense-layers");

  private ModelDefaults() {}

  /** The names that there are. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The same options but for those that {@code values} names.
   *
   * @throws IllegalArgumentException if a name is none of {@link #names}, a value is malformed or
   *     out of range, or the values do not fit together
   */
  public static EngineOptions apply(EngineOptions options, Map<String, String> values) {
    EngineOptions all = options;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      all = with(all, entry.getKey(), entry.getValue());
    }
    all.attention().check(all.pageSize());
    return all;
  }

  private static EngineOptions with(EngineOptions options, String name, String value) {
    AttentionOptions attention = options.attention();
    return switch (name) {
      case "page-size" -> options.withPageSize(number(name, value));
      case TOKEN_BUDGET -> options.withAttention(attention.withTokenBudget(number(name, value)));
      case "scorer" -> options.withAttention(attention.withScorer(value));
      case "gqa" -> options.withAttention(attention.withGqa(AttentionOptions.Gqa.of(value)));
      case "sink-pages" -> options.withAttention(attention.withSinkPages(number(name, value)));
      case "recent-pages" -> options.withAttention(attention.withRecentPages(number(name, value)));
      case "dense-layers" -> options.withAttention(attention.withDenseLayers(number(name, value)));
      default ->
          throw new IllegalArgumentException(
              "no option that a model has a default of: "
                  + name
                  + " (known: "
                  + String.join(", ", NAMES)
                  + ")");
    };
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a number: " + value, e);
    }
  }
}

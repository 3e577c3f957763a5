package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which model is opened, and how. */
final class ModelMixin {

  @Mixin ModelNameMixin name = new ModelNameMixin();
  @Mixin CacheMixin cache = new CacheMixin();

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "0",
      description = "tokens that prompt and answer may have together (default: the model's own)")
  int context;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute (default: all cores)")
  int threads = Runtime.getRuntime().availableProcessors();

  /**
   * Finds the model, fetching it if need be, and opens it. What was not typed is as the model's
   * defaults say.
   */
  Engine open(AttentionMixin attention, CommonMixin common) {
    options(attention); // checked before anything is fetched
    Path path = path(common);
    attention.selection.noteUnmeasured(name.model, name.known(), common);
    return Engine.open(path, options(attention));
  }

  /** What was typed, the model's defaults for the rest, checked. */
  EngineOptions options(AttentionMixin attention) {
    EngineOptions defaults = name.defaults();
    return options(defaults, attention.over(defaults.attention()));
  }

  /** What was typed, {@code base} for the rest, checked. */
  EngineOptions options(EngineOptions base, AttentionOptions attention) {
    return cache.options(base, attention).withThreads(threads).withContext(context);
  }

  Path path(CommonMixin common) {
    return name.path(common);
  }
}

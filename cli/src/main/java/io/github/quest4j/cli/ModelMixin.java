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

  /** Checks the options before anything is fetched or opened. */
  EngineOptions options(AttentionOptions attention) {
    return cache.options(attention).withThreads(threads).withContext(context);
  }

  /** Finds the model, fetching it if need be, and opens it. */
  Engine open(AttentionOptions attention, CommonMixin common) {
    EngineOptions options = options(attention);
    return Engine.open(path(common), options);
  }

  Path path(CommonMixin common) {
    return name.path(common);
  }
}

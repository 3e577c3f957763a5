package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which model is opened, and how. */
final class ModelMixin {

  private static final long MIB = 1 << 20;
  private static final long MAX_MIB = Long.MAX_VALUE / MIB;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "smollm2",
      description =
          "a catalogue name, hf:OWNER/REPO/FILE.gguf, a URL or a path (default: ${DEFAULT-VALUE})")
  String model = "smollm2";

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

  @Option(
      names = "--page-size",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "tokens in a page of the KV cache: 8, 16, 32, 64 or 128 (default: ${DEFAULT-VALUE})")
  int pageSize;

  @Option(
      names = "--kv-type",
      paramLabel = "T",
      defaultValue = "f16",
      description = "element type of keys and values: f16 or f32 (default: ${DEFAULT-VALUE})")
  String kvType = "f16";

  @Option(
      names = "--kv-memory",
      paramLabel = "MIB",
      description = "memory that the KV cache may take (default: half of the machine's)")
  @Nullable Long kvMemory;

  /** Checks the options before anything is fetched or opened. */
  EngineOptions options(AttentionOptions attention) {
    EngineOptions options =
        EngineOptions.defaults()
            .withThreads(threads)
            .withContext(context)
            .withPageSize(pageSize)
            .withKvType(KvType.of(kvType))
            .withAttention(attention);
    attention.check(pageSize);
    if (kvMemory == null) {
      return options;
    }
    if (kvMemory < 1 || kvMemory > MAX_MIB) {
      throw new IllegalArgumentException("--kv-memory is not in 1.." + MAX_MIB + ": " + kvMemory);
    }
    return options.withKvLimit(kvMemory * MIB);
  }

  /** Finds the model, fetching it if need be, and opens it. */
  Engine open(AttentionOptions attention, CommonMixin common) {
    EngineOptions options = options(attention);
    return Engine.open(Models.resolve(model, common), options);
  }
}

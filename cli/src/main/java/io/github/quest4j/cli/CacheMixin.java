package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.engine.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the KV cache. */
final class CacheMixin {

  private static final long MIB = 1 << 20;
  private static final long MAX_MIB = Long.MAX_VALUE / MIB;

  @Option(
      names = "--page-size",
      paramLabel = "N",
      description =
          "tokens in a page of the KV cache: 8, 16, 32, 64 or 128 " + SelectionMixin.ELSE + "16)")
  @Nullable Integer pageSize;

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

  /** What was typed, {@code base} for the rest, checked against the attention. */
  EngineOptions options(EngineOptions base, AttentionOptions attention) {
    EngineOptions options =
        base.withPageSize(pageSize == null ? base.pageSize() : pageSize)
            .withKvType(KvType.of(kvType))
            .withAttention(attention);
    attention.check(options.pageSize());
    if (kvMemory == null) {
      return options;
    }
    if (kvMemory < 1 || kvMemory > MAX_MIB) {
      throw new IllegalArgumentException("--kv-memory is not in 1.." + MAX_MIB + ": " + kvMemory);
    }
    return options.withKvLimit(kvMemory * MIB);
  }
}

package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.model.gguf.GgmlType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model so small that a step takes no time: 3 layers, 4 query heads of 16 channels, 2 KV heads.
 */
final class TinyModel {

  static final int LAYERS = 3;
  static final int KV_HEADS = 2;
  static final int HEAD_DIM = 16;
  static final int EMBEDDING = 64;
  static final int FEED_FORWARD = 96;
  static final int VOCABULARY = 128;
  static final ModelShape SHAPE =
      new ModelShape(
          "tiny",
          "llama",
          LAYERS,
          EMBEDDING,
          FEED_FORWARD,
          4,
          KV_HEADS,
          HEAD_DIM,
          VOCABULARY,
          false);

  private TinyModel() {}

  static EngineOptions options(AttentionOptions attention) {
    return EngineOptions.defaults().withThreads(2).withAttention(attention).withKvLimit(1 << 28);
  }

  static Engine open(AttentionOptions attention) {
    return RandomModel.open(SHAPE, GgmlType.Q4_0, options(attention), 7);
  }

  static Path write(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return Files.write(
          file, RandomModel.bytes(SHAPE, GgmlType.Q4_0, 7, arena).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}

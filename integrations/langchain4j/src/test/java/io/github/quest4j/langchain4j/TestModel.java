package io.github.quest4j.langchain4j;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.ModelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The real models that tests run. */
final class TestModel {

  private static final String SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String QWEN = "qwen2.5-coder-0.5b-instruct.Q4_K_M.gguf";

  private TestModel() {}

  /** SmolLM2 from the store, which fetches it if need be. */
  static Path smollm2() {
    return inFolder(SMOLLM2).orElseGet(() -> ModelStore.open().resolve("smollm2"));
  }

  /** Qwen, whose template takes tools; only where QUEST_TEST_MODELS names a folder that has it. */
  static Path qwen() {
    return inFolder(QWEN).orElseThrow();
  }

  static boolean hasQwen() {
    return inFolder(QWEN).isPresent();
  }

  private static Optional<Path> inFolder(String file) {
    String folder = System.getenv("QUEST_TEST_MODELS");
    return Optional.ofNullable(folder).map(f -> Path.of(f, file)).filter(Files::isRegularFile);
  }

  /** With two threads and room for 2,048 tokens a sequence. */
  static Engine open(Path model) {
    return Engine.open(model, EngineOptions.defaults().withThreads(2).withContext(2_048));
  }
}

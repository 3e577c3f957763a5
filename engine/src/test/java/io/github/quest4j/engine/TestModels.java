package io.github.quest4j.engine;

import io.github.quest4j.engine.store.ModelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the real models and reference values that tests use. */
public final class TestModels {

  public static final String SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf";
  public static final String GEMMA3 = "gemma-3-270m.Q4_K_M.gguf";
  public static final String QWEN = "qwen2.5-coder-0.5b-instruct.Q4_K_M.gguf";

  private TestModels() {}

  /** SmolLM2 from the store, which fetches it if need be. A test that cannot have it fails. */
  public static Path smollm2() {
    return inFolder(SMOLLM2).orElseGet(() -> ModelStore.open().resolve("smollm2"));
  }

  /** A model in the folder that the environment variable QUEST_TEST_MODELS names. */
  public static Optional<Path> inFolder(String file) {
    String folder = System.getenv("QUEST_TEST_MODELS");
    return Optional.ofNullable(folder).map(f -> Path.of(f, file)).filter(Files::isRegularFile);
  }

  /** A file of the folder {@code shared} beside the checkout. */
  static Optional<Path> shared(String file) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path found = folder.resolve("shared").resolve(file);
      if (Files.exists(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** Says on standard output why a test is skipped; the caller then aborts it. */
  static String skipped(String why) {
    System.out.println("SKIPPED: " + why);
    return why;
  }
}

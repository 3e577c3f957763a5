package io.github.quest4j.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default model as users get it, from the real source. Skipped where it cannot be had, unless
 * QUEST_REQUIRE_MODEL=1.
 */
class RealPullTest {

  @Test
  void theDefaultModelComesWithTheRightSum(@TempDir Path home) throws Exception {
    ModelStore store = ModelStore.open(home);
    CatalogueModel model = store.catalogue().find(store.catalogue().defaultModel()).orElseThrow();
    Path path;
    try {
      path = store.pull(model.name(), PullListener.silent());
    } catch (ModelStoreException e) {
      if ("1".equals(System.getenv("QUEST_REQUIRE_MODEL"))) {
        throw e;
      }
      System.out.println("RealPullTest is skipped: " + e.getMessage());
      Assumptions.abort("the model cannot be had here");
      return;
    }
    assertThat(Files.size(path)).isEqualTo(model.bytes());
    assertThat(store.stored(model.name()).orElseThrow().sha256()).isEqualTo(model.sha256());
    assertThat(home.resolve("tmp")).isEmptyDirectory();
  }
}

package io.github.quest4j.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.EngineOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which words and files mean a model of the catalogue. */
class KnownModelTest {

  private final byte[] content = Fixtures.model(1_000, 1);
  private final Catalogue catalogue =
      Fixtures.catalogue(content, new Source.Url(URI.create("http://127.0.0.1:1/tiny.gguf")));

  @TempDir Path folder;

  private ModelStore store() {
    return ModelStore.open(folder.resolve("home"), catalogue);
  }

  @Test
  void namesDoAndNothingNeedBeHere() {
    assertThat(store().known("tiny")).contains(catalogue.models().getFirst());
    assertThat(store().known("TINY")).isPresent();
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void filesDoByNameAndSize() throws Exception {
    Path same = Files.write(folder.resolve("tiny.gguf"), content);
    assertThat(store().known(same.toString())).contains(catalogue.models().getFirst());

    Path named = Files.write(folder.resolve("other.gguf"), content);
    assertThat(store().known(named.toString())).isEmpty();
    Path ending = Files.write(folder.resolve("not-tiny.gguf"), content);
    assertThat(store().known(ending.toString())).isEmpty();

    Files.write(same, Fixtures.model(999, 1));
    assertThat(store().known(same.toString())).isEmpty();
  }

  @Test
  void addressesDoOnceTheirFileIsHere() throws Exception {
    String word = "hf:owner/repository/tiny.gguf";
    assertThat(store().known(word)).isEmpty();

    Path file = folder.resolve("home/models/hf/owner/repository/main/tiny.gguf");
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    assertThat(store().known(word)).contains(catalogue.models().getFirst());
  }

  @Test
  void engineOptionsAreTheGeneralOnesForOthers() throws Exception {
    Path other = Files.write(folder.resolve("other.gguf"), content);
    assertThat(store().engineOptions(other.toString())).isEqualTo(EngineOptions.defaults());
  }
}

package io.github.quest4j.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  private final Catalogue catalogue = Catalogue.builtIn();

  @Test
  void namesAreFoundInAnyCase() {
    ModelReference smollm2 = new ModelReference.Known(catalogue.find("smollm2").orElseThrow());

    assertThat(ModelReference.parse("smollm2", catalogue)).isEqualTo(smollm2);
    assertThat(ModelReference.parse("SmolLM2", catalogue)).isEqualTo(smollm2);
  }

  @Test
  void aNameThatIsNothingListsTheKnownOnes() {
    assertThatThrownBy(() -> ModelReference.parse("smolm2", catalogue))
        .isInstanceOf(ModelStoreException.class)
        .hasMessage(
            "unknown model 'smolm2': the known names are smollm2 (default); a path to"
                + " a GGUF file, hf:OWNER/REPO/FILE.gguf or an http(s) address works too");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\u0000b"})
  void nonsenseIsUnknownToo(String word) {
    assertThatThrownBy(() -> ModelReference.parse(word, catalogue))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageStartingWith("unknown model '");
  }

  @Test
  void pathsMeanFiles(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("any.name"), "x");

    assertThat(ModelReference.parse(file.toString(), catalogue))
        .isEqualTo(new ModelReference.Local(file));
    assertThatThrownBy(() -> ModelReference.parse(folder.toString(), catalogue))
        .hasMessage("a directory, not a GGUF file: " + folder);
    assertThatThrownBy(() -> ModelReference.parse(folder + "/no.gguf", catalogue))
        .hasMessage("there is no such model file: " + folder + "/no.gguf");
    assertThatThrownBy(() -> ModelReference.parse("no.gguf", catalogue))
        .hasMessage("there is no such model file: no.gguf");
  }

  @Test
  void huggingFaceNamesOwnerRepositoryRevisionAndFile() {
    assertThat(ModelReference.parse("hf:o/r/f.gguf", catalogue))
        .isEqualTo(
            new ModelReference.Remote(
                "hf:o/r/f.gguf",
                new Source.HuggingFace("o", "r", "main", "f.gguf"),
                "f.gguf",
                Optional.empty()));
    assertThat(ModelReference.parse("hf:o/r@abc/d/f.gguf", catalogue))
        .isEqualTo(
            new ModelReference.Remote(
                "hf:o/r@abc/d/f.gguf",
                new Source.HuggingFace("o", "r", "abc", "d/f.gguf"),
                "d/f.gguf",
                Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:o/r",
        "hf:o/f.gguf",
        "hf:o/r/f.bin",
        "hf:../r/f.gguf",
        "hf:o/r/../../f.gguf",
        "hf:o/r//f.gguf",
        "hf:o/r@../f.gguf",
        "hf:o/r/a?b.gguf",
        "hf:o/r/.gguf"
      })
  void addressesThatLeadOutOfTheStoreAreRefused(String word) {
    assertThatThrownBy(() -> ModelReference.parse(word, catalogue))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining(word);
  }

  @ParameterizedTest
  @CsvSource({
    "https://h.example/a/m.gguf?download=true, m\\.gguf",
    "https://h.example/a/..%2Fm.gguf, model-[0-9a-f]{12}\\.gguf",
    "https://h.example/, model-[0-9a-f]{12}\\.gguf",
    "https://h.example, model-[0-9a-f]{12}\\.gguf"
  })
  void addressesGiveTheFileItsName(String word, String file) {
    assertThat(ModelReference.parse(word, catalogue))
        .isInstanceOfSatisfying(
            ModelReference.Remote.class,
            remote -> {
              assertThat(remote.source()).isEqualTo(new Source.Url(URI.create(word)));
              assertThat(remote.file()).matches(file);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http:///x.gguf", "https://h/a b", "https://h/m.gguf#part"})
  void brokenAddressesAreRefused(String word) {
    assertThatThrownBy(() -> ModelReference.parse(word, catalogue))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining(word);
  }
}

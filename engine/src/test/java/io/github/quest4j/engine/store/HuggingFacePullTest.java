package io.github.quest4j.engine.store;

import static io.github.quest4j.engine.store.Fixtures.files;
import static io.github.quest4j.engine.store.Fixtures.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFacePullTest {
  private static final byte[] MODEL = model(70_000, 3);
  private static final String WORD = "hf:someone/tiny-GGUF/q4/tiny.gguf";

  @TempDir Path home;
  private final FileServer server = new FileServer();

  HuggingFacePullTest() throws Exception {}

  @AfterEach
  void stop() {
    server.close();
  }

  private ModelStore store() {
    Source nowhere = new Source.HuggingFace("a", "b", "main", "c.gguf");
    return new ModelStore(
        home, Fixtures.settings(Fixtures.catalogue(MODEL, nowhere), server.uri()));
  }

  /** The hub redirects to where the bytes lie and tells the sum while it does so. */
  private static FileServer.Manners hub(String sum) {
    return (exchange, file) -> {
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sum + "\"");
      FileServer.redirect("/bytes").answer(exchange, file);
    };
  }

  @Test
  void theHubsAnnouncedSumIsChecked() throws Exception {
    server.put("/bytes", MODEL).then(hub(Sha256.of(MODEL)));
    Path path = store().resolve(WORD);

    assertThat(path).hasBinaryContent(MODEL);
    assertThat(path).endsWithRaw(Path.of("someone/tiny-GGUF/main/q4/tiny.gguf"));
    assertThat(server.requests())
        .containsExactly("/someone/tiny-GGUF/resolve/main/q4/tiny.gguf", "/bytes");
    assertThat(store().stored())
        .singleElement()
        .satisfies(stored -> {
          assertThat(stored.model()).isEqualTo(WORD);
          assertThat(stored.sha256()).isEqualTo(Sha256.of(MODEL));
        });
  }

  @Test
  void anotherSumThanTheAnnouncedIsRefused() throws Exception {
    server.put("/bytes", MODEL).then(hub("0".repeat(64)));

    assertThatThrownBy(() -> store().resolve(WORD))
        .hasMessageContaining("0".repeat(64))
        .hasMessageContaining(Sha256.of(MODEL));
    assertThat(files(home)).isEmpty();
  }

  @Test
  void aPartThatIsAlreadyWholeIsOnlyChecked() throws Exception {
    server.put("/bytes", MODEL).then(hub(Sha256.of(MODEL)));
    Path path = store().resolve(WORD);
    Path part = path.resolveSibling("tiny.gguf.part");
    Files.move(path, part);
    Files.delete(Sidecar.pathOf(path));
    new PartNote(FileServer.etag(MODEL), "").write(part);

    server.then(hub(Sha256.of(MODEL)));
    assertThat(store().resolve(WORD)).hasBinaryContent(MODEL);
    assertThat(server.requests().getLast()).isEqualTo("/bytes bytes=70000-");
  }

  @Test
  void aRevisionIsAPlaceOfItsOwn() {
    server.put("/someone/tiny-GGUF/resolve/v2/tiny.gguf", MODEL);

    assertThat(store().resolve("hf:someone/tiny-GGUF@v2/tiny.gguf"))
        .hasBinaryContent(MODEL)
        .endsWithRaw(Path.of("v2/tiny.gguf"));
  }

  @Test
  void allFilesOfASplitModelComeAndTheFirstIsReturned() {
    byte[] second = model(5_000, 4);
    server.put("/o/r/resolve/main/x-00001-of-00002.gguf", MODEL);
    server.put("/o/r/resolve/main/x-00002-of-00002.gguf", second);

    Path path = store().resolve("hf:o/r/x-00001-of-00002.gguf");
    assertThat(path).hasBinaryContent(MODEL);
    assertThat(path.resolveSibling("x-00002-of-00002.gguf")).hasBinaryContent(second);
  }

  @Test
  void aSplitAddressLeadsToOneFolder() {
    byte[] second = model(5_000, 4);
    server.put("/d/x-00001-of-00002.gguf", MODEL).put("/d/x-00002-of-00002.gguf", second);

    Path path = store().resolve(server.uri("/d/x-00001-of-00002.gguf"));
    assertThat(path.resolveSibling("x-00002-of-00002.gguf")).hasBinaryContent(second);
  }
}

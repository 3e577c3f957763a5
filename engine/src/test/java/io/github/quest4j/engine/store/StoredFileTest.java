package io.github.quest4j.engine.store;

import static io.github.quest4j.engine.store.Fixtures.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.engine.store.Fixtures.Ears;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store believes about files that lie in it. */
class StoredFileTest {
  private static final byte[] MODEL = model(50_000, 5);

  @TempDir Path home;
  private final FileServer server = new FileServer().put("/m.gguf", MODEL);
  private final Ears ears = new Ears();

  StoredFileTest() throws Exception {}

  @AfterEach
  void stop() {
    server.close();
  }

  private ModelStore store() {
    Source url = new Source.Url(URI.create(server.uri("/m.gguf")));
    return new ModelStore(home, Fixtures.settings(Fixtures.catalogue(MODEL, url), server.uri()));
  }

  @Test
  void anUnchangedFileIsNotHashedAgain() {
    store().resolve("tiny");
    store().resolve("tiny", ears);

    assertThat(ears.activities).isEmpty();
  }

  @Test
  void aTouchedFileIsHashedAgainOnce() throws Exception {
    Path path = store().resolve("tiny");
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));

    store().resolve("tiny", ears);
    store().resolve("tiny", ears);
    assertThat(ears.activities).containsExactly("checking tiny");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void hashingCanBeInterrupted() throws Exception {
    Path path = store().resolve("tiny");
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
    Ears interrupting =
        new Ears() {
          @Override
          public void begin(String activity, long totalBytes) {
            Thread.currentThread().interrupt();
          }
        };

    assertThatThrownBy(() -> store().resolve("tiny", interrupting))
        .hasMessage("the pull of tiny was interrupted; the next pull resumes it")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
  }

  @Test
  void aDamagedFileIsPulledAgain() throws Exception {
    Path path = store().resolve("tiny");
    byte[] damaged = MODEL.clone();
    damaged[20_000] ^= 1;
    Files.write(path, damaged);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));

    assertThat(store().resolve("tiny", ears)).hasBinaryContent(MODEL);
    assertThat(ears.notes).singleElement().asString().contains("is damaged (SHA-256 ");
  }

  @Test
  void pullReadsEvenAFileThatLooksUnchanged() throws Exception {
    Path path = store().resolve("tiny");
    FileTime time = Files.getLastModifiedTime(path);
    byte[] damaged = MODEL.clone();
    damaged[20_000] ^= 1;
    Files.write(path, damaged);
    Files.setLastModifiedTime(path, time);

    assertThat(store().resolve("tiny")).hasBinaryContent(damaged);
    assertThat(store().pull("tiny", ears)).hasBinaryContent(MODEL);
  }

  @Test
  void aModelPutThereByHandIsTakenIfItIsTheRightOne() throws Exception {
    Path path = home.resolve("models/tiny/tiny.gguf");
    Files.createDirectories(path.getParent());
    Files.write(path, MODEL);

    assertThat(store().resolve("tiny")).isEqualTo(path);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void whatIsStoredIsListed() {
    assertThat(store().stored()).isEmpty();
    assertThat(store().stored("tiny")).isEmpty();
    Path path = store().resolve("tiny");

    StoredModel stored = new StoredModel("tiny", path, MODEL.length, Sha256.of(MODEL), "127.0.0.1");
    assertThat(store().stored()).containsExactly(stored);
    assertThat(store().stored("tiny")).contains(stored);
  }

  @Test
  void aLocalPathIsUsedWhereItLies() throws Exception {
    Path file = Files.write(home.resolve("own.gguf"), MODEL);

    assertThat(store().resolve(file.toString())).isEqualTo(file);
    assertThat(store().pull(file.toString(), ears)).isEqualTo(file);
  }

  @Test
  void whatOtherPullsLeftBehindGoesAfterADay() throws Exception {
    Path old = Files.createDirectories(home.resolve("tmp/old"));
    Files.writeString(old.resolve("x.whl"), "x");
    Path young = Files.createDirectories(home.resolve("tmp/young"));
    Path used = Files.createDirectories(home.resolve("tmp/used"));
    FileTime twoDaysAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(old, twoDaysAgo);
    Files.setLastModifiedTime(used, twoDaysAgo);

    StoreLock lock = StoreLock.acquire(home.resolve("locks/used.lock"), () -> {});
    try {
      store().resolve("tiny");
    } finally {
      lock.close();
    }
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(used).exists();
  }

  @Test
  void reasonsOfTheFileSystemNameTheRemedy() {
    assertThat(ModelStore.reason(new IOException("/a.json.tmp: No space left on device")))
        .isEqualTo(
            "the disk is full; free some space or set QUEST_HOME to a folder on another disk");
    assertThat(ModelStore.reason(new FileSystemException("/a", null, "Read-only file system")))
        .isEqualTo("it cannot be written; set QUEST_HOME to a folder that can");
    assertThat(ModelStore.reason(new AccessDeniedException("/a")))
        .isEqualTo("no permission to write /a");
    assertThat(ModelStore.reason(new IOException("else"))).isEqualTo("else");
  }

  @Test
  void aHomeThatIsNoFolderIsNamed() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "x");
    ModelStore store = ModelStore.open(file);

    assertThatThrownBy(() -> store.resolve("smollm2"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageStartingWith("cannot use the model store " + file);
  }
}

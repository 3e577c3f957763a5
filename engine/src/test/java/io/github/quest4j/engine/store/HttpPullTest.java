package io.github.quest4j.engine.store;

import static io.github.quest4j.engine.store.Fixtures.NONE;
import static io.github.quest4j.engine.store.Fixtures.files;
import static io.github.quest4j.engine.store.Fixtures.model;
import static io.github.quest4j.engine.store.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.engine.store.Fixtures.Ears;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpPullTest {
  private static final int BYTES = 300_001;
  private static final int HALF = 150_000;
  private static final byte[] MODEL = model(BYTES, 1);
  private static final String NAME = "/some/m.gguf";

  @TempDir Path home;
  private final FileServer server;
  private final Source url;
  private final Ears ears = new Ears();

  HttpPullTest() throws Exception {
    server = new FileServer().put(NAME, MODEL);
    url = new Source.Url(URI.create(server.uri(NAME)));
  }

  @BeforeEach
  void emptyHome() throws Exception {
    assertThat(files(home)).isEmpty();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ModelStore.Settings settings() {
    return Fixtures.settings(Fixtures.catalogue(MODEL, url), server.uri());
  }

  private ModelStore store() {
    return new ModelStore(home, settings());
  }

  private ModelStore impatient() {
    return new ModelStore(home, with(settings(), NONE));
  }

  @Test
  void aPulledModelIsWholeAndNotPulledTwice() throws Exception {
    Path path = store().resolve("tiny", ears);

    assertThat(path).hasBinaryContent(MODEL);
    assertThat(store().resolve("tiny")).isEqualTo(path);
    assertThat(server.requests()).containsExactly(NAME);
    assertThat(ears.last).isEqualTo(BYTES);
    assertThat(ears.activities).containsExactly("downloading tiny from 127.0.0.1", "checking tiny");
    assertThat(files(home)).containsExactly("models/tiny/tiny.gguf", "models/tiny/tiny.gguf.json");
  }

  @Test
  void aCutConnectionIsTakenUpWhereItBroke() throws Exception {
    server.then(FileServer.cutAfter(HALF));

    assertThat(store().resolve("tiny", ears)).hasBinaryContent(MODEL);
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1)).matches(".* bytes=[1-9]\\d{3,}-");
    assertThat(ears.notes).hasSize(1).first().asString().contains("broke the connection");
  }

  @Test
  void theNextPullResumes() throws Exception {
    server.then(FileServer.cutAfter(HALF));

    assertThatThrownBy(() -> impatient().resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining("127.0.0.1 broke the connection after")
        .hasMessageEndingWith("the next pull resumes it");
    assertThat(files(home))
        .containsExactly("models/tiny/tiny.gguf.part", "models/tiny/tiny.gguf.part.json");

    assertThat(impatient().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests().get(1)).contains("bytes=");
    assertThat(files(home)).containsExactly("models/tiny/tiny.gguf", "models/tiny/tiny.gguf.json");
  }

  @Test
  void aFileThatChangedMeanwhileIsFetchedAnew() throws Exception {
    byte[] other = model(BYTES, 2);
    server.put(NAME, other).then(FileServer.cutAfter(HALF));
    assertThatThrownBy(() -> impatient().resolve("tiny")).isNotNull();

    server.put(NAME, MODEL);
    assertThat(impatient().resolve("tiny")).hasBinaryContent(MODEL);
  }

  @Test
  void aServerThatIgnoresRangesIsReadFromTheStart() throws Exception {
    server.then(
        FileServer.cutAfter(HALF),
        (exchange, file) -> {
          exchange.sendResponseHeaders(200, file.length);
          exchange.getResponseBody().write(file);
        });

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void aServerThatSendsAnotherRangeIsNotBelieved() throws Exception {
    server.then(
        FileServer.cutAfter(HALF),
        (exchange, file) -> {
          exchange.getResponseHeaders().set("ETag", FileServer.etag(file));
          exchange.getResponseHeaders().set("Content-Range", "bytes 10-300000/300001");
          exchange.sendResponseHeaders(206, BYTES - 10);
          exchange.getResponseBody().write(file, 10, BYTES - 10);
        });

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void withoutAValidatorNothingIsResumed() throws Exception {
    server.then((exchange, file) -> {
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file, 0, HALF);
    });

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests()).containsExactly(NAME, NAME);
  }

  @Test
  void aWrongSumNamesBothAndLeavesNothing() throws Exception {
    byte[] other = model(BYTES, 2);
    server.put(NAME, other);

    assertThatThrownBy(() -> store().resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining(Sha256.of(MODEL))
        .hasMessageContaining(Sha256.of(other))
        .hasMessageContaining("deleted");
    assertThat(files(home)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "404, there is no such file (HTTP 404)",
    "403, access is refused",
    "418, the server refuses (HTTP 418)",
    "503, 127.0.0.1 answers HTTP 503"
  })
  void refusalsAreNamed(int status, String sentence) throws Exception {
    server.always(FileServer.status(status));

    assertThatThrownBy(() -> store().resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining(sentence);
    assertThat(server.requests()).hasSize(status == 503 ? 3 : 1);
    assertThat(files(home)).isEmpty();
  }

  @Test
  void redirectsAreFollowed() throws Exception {
    server.then(FileServer.redirect("/elsewhere"), FileServer.redirect(server.uri("/some/m.gguf")));

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests()).containsExactly(NAME, "/elsewhere", NAME);
  }

  @Test
  void redirectsOutOfTheWebOrInCirclesAreNot() {
    server.then(FileServer.redirect("file:///etc/hostname"));
    assertThatThrownBy(() -> store().resolve("tiny"))
        .hasMessageContaining("a place that is not followed: file:///etc/hostname");

    server.always(FileServer.redirect(NAME));
    assertThatThrownBy(() -> store().resolve("tiny"))
        .hasMessageContaining("redirects more than 10 times");
  }

  @Test
  void aFileOfAnotherSizeIsRefusedBeforeItIsRead() throws Exception {
    server.put(NAME, model(BYTES + 1, 1));

    assertThatThrownBy(() -> store().resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining("has 300002 bytes where 300001 are expected");
    assertThat(files(home)).isEmpty();
  }

  @Test
  void aBodyThatDoesNotEndIsCutOff() throws Exception {
    server.always((exchange, file) -> {
      exchange.sendResponseHeaders(200, 0); // chunked: no length is declared
      for (int i = 0; i < 100; i++) {
        exchange.getResponseBody().write(file);
      }
    });

    assertThatThrownBy(() -> store().resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageContaining("sends more than the 300001 bytes");
    assertThat(files(home)).isEmpty();
  }

  @Test
  void whatIsNoModelIsNotKept() throws Exception {
    server.always((exchange, file) -> {
      byte[] page = "<html>sign in</html>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    });

    assertThatThrownBy(() -> store().resolve(server.uri("/x.gguf")))
        .hasMessage("what 127.0.0.1 sends is not a GGUF file; it was deleted");
    assertThat(files(home)).isEmpty();
  }

  @Test
  void tooLittleRoomIsSaidBeforeAnythingIsWritten() throws Exception {
    ModelStore store = new ModelStore(home, with(settings(), Fixtures.disk(BYTES - 1, 0)));

    assertThatThrownBy(() -> store.resolve("tiny"))
        .isInstanceOf(ModelStoreException.Full.class)
        .hasMessageContaining("300001 bytes are needed in " + home)
        .hasMessageContaining("300000 bytes are free");
    assertThat(home.resolve("models/tiny/tiny.gguf")).doesNotExist();
  }

  @Test
  void aDiskThatFillsUpLeavesNothingUnderTheName() throws Exception {
    ModelStore store = new ModelStore(home, with(settings(), Fixtures.disk(BYTES, HALF)));

    assertThatThrownBy(() -> store.resolve("tiny"))
        .isInstanceOf(ModelStoreException.Full.class)
        .hasMessageContaining("the disk is full")
        .hasMessageContaining("QUEST_HOME");
    assertThat(home.resolve("models/tiny/tiny.gguf")).doesNotExist();

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL); // goes on from the part
    assertThat(server.requests().get(1)).contains("bytes=");
  }

  @Test
  void aSilentServerIsGivenUp() {
    server.then(FileServer.stallAfter(HALF));
    HttpDownload.Patience patience = new HttpDownload.Patience(List.of(), Duration.ofMillis(300));

    assertThatThrownBy(() -> new ModelStore(home, with(settings(), patience)).resolve("tiny"))
        .hasMessageContaining("127.0.0.1 sent nothing any more after")
        .hasMessageEndingWith("the next pull resumes it");
  }

  @Test
  void anInterruptedPullEndsAtOnceAndCanBeTakenUp() throws Exception {
    server.then(FileServer.stallAfter(HALF));
    CountDownLatch arrived = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    PullListener listener =
        new PullListener() {
          @Override
          public void progress(long bytes) {
            if (bytes == HALF) {
              arrived.countDown();
            }
          }
        };
    Thread puller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                store().resolve("tiny", listener);
              } catch (ModelStoreException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    puller.interrupt();
    puller.join(Duration.ofSeconds(10));

    assertThat(puller.isAlive()).isFalse();
    assertThat(thrown.get())
        .hasMessage("the pull of tiny was interrupted; the next pull resumes it");
    assertThat(flag).isTrue();
    assertThat(home.resolve("models/tiny/tiny.gguf")).doesNotExist();

    assertThat(store().resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(server.requests().get(1)).endsWith("bytes=" + HALF + "-");
  }

  @Test
  void noNetworkIsSaidPlainly() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThatThrownBy(() -> store().resolve("http://127.0.0.1:" + port + "/m.gguf"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessage("no network: 127.0.0.1 cannot be reached; check the connection and pull again");
  }

  @Test
  void twoPullersDownloadOnce() throws Exception {
    CompletableFuture<Path> one = CompletableFuture.supplyAsync(() -> store().resolve("tiny"));
    CompletableFuture<Path> two = CompletableFuture.supplyAsync(() -> store().resolve("tiny"));

    assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(two.get(20, TimeUnit.SECONDS));
    assertThat(server.requests()).hasSize(1);
    assertThat(one.get()).hasBinaryContent(MODEL);
  }

  @Test
  void anAddressMayCarryItsSum() throws Exception {
    String right = server.uri(NAME) + "#sha256=" + Sha256.of(MODEL);
    String wrong = server.uri(NAME) + "#sha256=" + "0".repeat(64);

    assertThatThrownBy(() -> store().resolve(wrong)).hasMessageContaining("0".repeat(64));
    Path path = store().resolve(right);
    assertThat(path).hasBinaryContent(MODEL).hasFileName("m.gguf");
    assertThat(store().stored()).hasSize(1);
    assertThat(Files.size(path)).isEqualTo(BYTES);
  }
}

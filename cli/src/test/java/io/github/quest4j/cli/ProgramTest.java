package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: signals, flags that are missing, warnings. */
class ProgramTest {

  private static final int BYTES = 200_000;
  private static final int HALF = 80_000;

  @TempDir Path folder;
  private final List<String> ranges = new ArrayList<>();
  private final CountDownLatch halfSent = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  ProgramTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  /** A file of which the first half comes at once and the rest when the test allows it. */
  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.createContext(
        "/m.gguf",
        exchange -> {
          String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
          ranges.add(range);
          int from = range.equals("null") ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          byte[] file = new byte[BYTES];
          System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, file, 0, 4);
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          if (from > 0) {
            exchange
                .getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (BYTES - 1) + "/" + BYTES);
          }
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, BYTES - from);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(file, from, Math.max(0, HALF - from));
            out.flush();
            halfSent.countDown();
            goOn.await();
            out.write(file, Math.max(from, HALF), BYTES - Math.max(from, HALF));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.stop(0);
    threads.close();
  }

  /** The program in a JVM; in a background job, which ignores Ctrl-C, it hears it all the same. */
  private Process start(List<String> flags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    Path perl = Path.of("/usr/bin/perl");
    if (Files.isExecutable(perl)) {
      command.addAll(List.of(perl.toString(), "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV or die"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    if (arguments[0].equals("models")) {
      builder.environment().put("QUEST_HOME", folder.resolve("home").toString());
    }
    return builder.start();
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private List<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("home/models"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void ctrlCEndsAPullInOrderAndTheNextOneResumes() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/perl"))
        || !Files.isExecutable(Path.of("/bin/kill"))) {
      System.out.println("SKIPPED: no /usr/bin/perl and /bin/kill to send Ctrl-C with");
      abort("no perl or kill");
    }
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/m.gguf";
    Process first = start(List.of(), "models", "pull", address);
    assertThat(halfSent.await(30, TimeUnit.SECONDS)).isTrue();
    awaitBytes(HALF);
    new ProcessBuilder("/bin/kill", "-INT", Long.toString(first.pid())).start().waitFor();

    assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isEqualTo(ExitCodes.INTERRUPTED);
    assertThat(err())
        .endsWith("quest: the pull of " + address + " was interrupted; the next pull resumes it\n")
        .doesNotContain("\tat ");
    assertThat(stored()).containsExactly("m.gguf.part", "m.gguf.part.json");

    goOn.countDown();
    Process second = start(List.of(), "models", "pull", address);
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).as(err()).isZero();
    assertThat(ranges).containsExactly("null", "bytes=" + HALF + "-");
    assertThat(stored()).containsExactly("m.gguf", "m.gguf.json");
  }

  private void awaitBytes(long bytes) throws IOException, InterruptedException {
    for (int i = 0; i < 300; i++) {
      try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
        if (files.anyMatch(
            file -> file.toString().endsWith(".part") && file.toFile().length() == bytes)) {
          return;
        }
      }
      Thread.sleep(50);
    }
  }

  @Test
  void withoutTheVectorModuleThereIsOneWarning() throws Exception {
    Process run = start(List.of(), "run", "--raw", "-p", "One two", "-n", "1");

    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(run.exitValue()).as(err()).isZero();
    assertThat(err().lines().filter(line -> line.contains("--add-modules")).toList())
        .containsExactly(
            "quest: slow scalar kernels: start java with --add-modules jdk.incubator.vector");
    assertThat(err()).contains("kernels: scalar");
    assertThat(err().lines().filter(line -> line.startsWith("quest: "))).hasSize(1);
  }

  @Test
  void whatTellsOfModelsNeedsNoVectorModule() throws Exception {
    Process info = start(List.of(), "models", "info", "smollm2");

    assertThat(info.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(info.exitValue()).as(err()).isZero();
    assertThat(err()).doesNotContain("quest: ");
  }

  @Test
  void pageZeroSwitchedOffIsWarnedOf() throws Exception {
    List<String> flags = List.of("--add-modules", "jdk.incubator.vector");
    Process run = start(flags, "run", "--raw", "-p", "One", "-n", "1", "--sink-pages", "0", "-q");

    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(run.exitValue()).as(err()).isZero();
    assertThat(err().lines().filter(line -> line.startsWith("quest: ")).toList())
        .hasSize(1)
        .first()
        .asString()
        .contains("page 0 is not always read (sink pages: 0): with scorer sketch");
  }
}

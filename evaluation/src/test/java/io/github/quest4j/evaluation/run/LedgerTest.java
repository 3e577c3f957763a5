package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.evaluation.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  @TempDir Path folder = Path.of("");

  private static Row row(String item, int budget, Map<String, Object> settings, double score) {
    return new Row(
        "passkey",
        "model.gguf",
        item,
        Map.of("length", 2_048, "depth", 1 / 3.0),
        "quest/sketch",
        budget,
        settings,
        Map.of("score", score));
  }

  @Test
  void findsAgainWhatWasMeasured() {
    Path file = folder.resolve("deep/er/cells.jsonl");
    Map<String, Object> settings = Map.of("page_size", 16, "missed_mass", 0.05, "seed", 1L);
    try (Ledger ledger = Ledger.open(file)) {
      assertThat(ledger.find(row("a", 64, settings, 0))).isEmpty();
      ledger.add(row("a", 64, settings, 1));
      assertThat(ledger.find(row("a", 64, settings, 0)).orElseThrow().result())
          .containsEntry("score", 1.0);
    }
    try (Ledger ledger = Ledger.open(file)) {
      Row found = ledger.find(row("a", 64, settings, 0)).orElseThrow();
      assertThat(found.result()).containsEntry("score", 1.0);
      assertThat(found.labels()).containsEntry("depth", 1 / 3.0).containsEntry("length", 2_048);
    }
  }

  @Test
  void neverMixesInAnotherSetting() {
    try (Ledger ledger = Ledger.open(folder.resolve("cells.jsonl"))) {
      ledger.add(row("a", 64, Map.of("page_size", 16), 1));
      assertThat(ledger.find(row("a", 64, Map.of("page_size", 32), 1))).isEmpty();
      assertThat(ledger.find(row("a", 64, Map.of("page_size", 16, "seed", 2), 1))).isEmpty();
      assertThat(ledger.find(row("a", 128, Map.of("page_size", 16), 1))).isEmpty();
      assertThat(ledger.find(row("b", 64, Map.of("page_size", 16), 1))).isEmpty();
      assertThat(ledger.find(row("a", 64, Map.of("page_size", 16), 0))).isPresent();
    }
  }

  @Test
  void dropsALineThatWasCutOffInWriting() throws IOException {
    Path file = folder.resolve("cells.jsonl");
    try (Ledger ledger = Ledger.open(file)) {
      ledger.add(row("a", 64, Map.of(), 1));
      ledger.add(row("b", 64, Map.of(), 1));
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    try (Ledger ledger = Ledger.open(file)) {
      assertThat(ledger.size()).isEqualTo(1);
      ledger.add(row("c", 64, Map.of(), 1));
    }
    try (Ledger ledger = Ledger.open(file)) {
      assertThat(ledger.size()).isEqualTo(2);
      assertThat(ledger.find(row("c", 64, Map.of(), 1))).isPresent();
    }
    assertThat(Files.readString(file).lines()).hasSize(2);
  }

  @Test
  void namesTheLineThatIsNoResult() throws IOException {
    Path file = folder.resolve("cells.jsonl");
    try (Ledger ledger = Ledger.open(file)) {
      ledger.add(row("a", 64, Map.of(), 1));
    }
    Files.writeString(file, "{\"task\":1}\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    assertThatThrownBy(() -> Ledger.open(file))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(file + ", line 2 is not a result");
    assertThat(Files.readString(file).lines()).hasSize(2);
  }

  @Test
  void isWrittenByOneRunAtATime() {
    Path file = folder.resolve("cells.jsonl");
    try (Ledger ledger = Ledger.open(file)) {
      assertThat(ledger.size()).isZero();
      assertThatThrownBy(() -> Ledger.open(file)).hasMessage("another run is writing to " + file);
    }
  }

  /** Opens a ledger in a process of its own, and says how that went. */
  public static void main(String[] args) {
    try (Ledger ledger = Ledger.open(Path.of(args[0]))) {
      System.out.print(ledger.size());
    } catch (EvaluationException e) {
      System.out.print(e.getMessage());
    }
  }

  @Test
  void isWrittenByOneProcessAtATime() throws IOException, InterruptedException {
    Path file = folder.resolve("cells.jsonl");
    try (Ledger ledger = Ledger.open(file)) {
      ledger.add(row("a", 64, Map.of(), 1));
    }
    try (Ledger ledger = Ledger.open(file)) { // which reads what is there
      assertThat(ledger.size()).isEqualTo(1);
      assertThat(inAnotherProcess(file)).isEqualTo("another run is writing to " + file);
    }
    assertThat(inAnotherProcess(file)).isEqualTo("1");
  }

  private static String inAnotherProcess(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LedgerTest.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said;
  }

  @Test
  void saysWhereNothingCanBeKept() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> Ledger.open(blocked.resolve("cells.jsonl")))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("cannot keep results in " + blocked.resolve("cells.jsonl"));
  }
}

package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("it takes the place of standard output and error")
class QuestCommandTest {

  record Ended(int code, String out, String err) {}

  private static Ended run(IntSupplier command) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = command.getAsInt();
      return new Ended(
          code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  static Ended quest(String... args) {
    return run(() -> QuestCommand.run(args));
  }

  @Test
  void theVersionNamesProjectCommitAndJdk() {
    Ended parsed = quest("--version");

    assertThat(parsed.code()).isZero();
    assertThat(parsed.out().strip())
        .isEqualTo(Version.read().line())
        .matches("Quest4J [0-9]\\S* \\(commit \\S+, JDK 25\\S*\\)");
  }

  @Test
  void withoutACommandThereIsHelpAndAnError() {
    Ended ended = quest();

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).startsWith("Usage: quest").contains("models");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void mistakesOnTheCommandLineAreOneSentence() {
    assertThat(quest("modles"))
        .satisfies(ended -> {
          assertThat(ended.code()).isEqualTo(2);
          assertThat(ended.err())
              .startsWith("quest: unknown command: modles; did you mean")
              .contains("'quest --help' tells what there is")
              .hasLineCount(1);
        });
    assertThat(quest("models", "list", "--jsn"))
        .satisfies(ended -> {
          assertThat(ended.code()).isEqualTo(2);
          assertThat(ended.err())
              .contains("--jsn")
              .contains("'quest models list --help'")
              .hasLineCount(1);
        });
  }

  @Test
  void failuresAreOneSentenceUnlessVerbose() {
    Ended brief = quest("models", "info", "no-such-model");
    assertThat(brief.code()).isEqualTo(1);
    assertThat(brief.err())
        .startsWith("quest: unknown model 'no-such-model': the known names are smollm2")
        .hasLineCount(1);

    Ended verbose = quest("models", "info", "no-such-model", "--verbose");
    assertThat(verbose.code()).isEqualTo(1);
    assertThat(verbose.err()).contains("\tat io.github.quest4j").contains("quest: unknown model");
  }

  @Test
  void theCatalogueIsListed() {
    JsonNode list = JsonMapper.shared().readTree(quest("models", "list", "--json").out());
    assertThat(list.at("/models/0/name").asString()).isEqualTo("smollm2");
    assertThat(list.at("/models/0/default").asBoolean()).isTrue();
    assertThat(list.at("/models/0/licence").asString()).isEqualTo("Apache-2.0");

    assertThat(quest("models").out()).contains("smollm2").contains("gemma3-270m");
    assertThat(quest("models", "info", "gemma3-270m").out())
        .contains("Gemma Terms of Use")
        .contains("32768");
  }

  @Test
  void aPathIsToldAbout(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a.gguf"), "GGUF");

    JsonNode info =
        JsonMapper.shared().readTree(quest("models", "info", file.toString(), "--json").out());
    assertThat(info.at("/bytes").asLong()).isEqualTo(4);
    assertThat(info.at("/path").asString()).isEqualTo(file.toString());
  }

  @Test
  void exceptionsBecomeSentencesAndCodes() {
    assertThat(run(() -> Failures.report(new UsageException("no such mood: x"), false)))
        .isEqualTo(new Ended(2, "", "quest: no such mood: x\n"));
    assertThat(run(() -> Failures.report(new IllegalArgumentException("page size 12"), false)))
        .isEqualTo(new Ended(1, "", "quest: page size 12\n"));
    assertThat(
            run(() ->
                Failures.report(new UncheckedIOException(new NoSuchFileException("x.txt")), false)))
        .isEqualTo(new Ended(1, "", "quest: no such file: x.txt\n"));
    assertThat(run(() -> Failures.report(new NullPointerException(), false)))
        .isEqualTo(
            new Ended(
                1,
                "",
                "quest: an error in quest itself: NullPointerException (--verbose shows where)\n"));
    assertThat(run(() -> Failures.report(new OutOfMemoryError("Java heap space"), false)).err())
        .startsWith("quest: not enough memory: Java heap space");
  }
}

package io.github.quest4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongBenchTest {

  /** A token for each character. */
  private static final TextTokens CHARACTERS =
      new TextTokens() {
        @Override
        public int[] encode(String text) {
          return text.chars().toArray();
        }

        @Override
        public String decode(int[] tokens) {
          return new String(tokens, 0, tokens.length);
        }
      };

  @TempDir private Path folder;

  @Test
  void itemsComeFromTheFolder() throws IOException {
    write("triviaqa", line("1", "x".repeat(300) + "who?", "Ann"));
    write("qasper", line("b", "what?", "The Thing", "it") + "\n\n" + line("a", "why?", "so"));
    List<Item> items = LongBench.items(folder, List.of(), 100, CHARACTERS);
    assertThat(items).extracting(Item::id).containsExactly("qasper-b", "qasper-a", "triviaqa-1");
    assertThat(items.getFirst().labels()).hasToString("{kind=qasper}");
    assertThat(items).extracting(Item::maxTokens).containsExactly(128, 128, 32);
    assertThat(items).extracting(Item::sparseTail).containsExactly(5, 4, 100);
    assertThat(items.getFirst().grader().grade("thing")).isEqualTo(1);
    assertThat(items.getFirst().grader().grade("")).isZero();
    assertThat(LongBench.items(folder, List.of("triviaqa"), 100, CHARACTERS)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "qasper, 128",
    "narrativeqa, 128",
    "hotpotqa, 32",
    "multifieldqa_en, 64",
    "gov_report, 512",
    "triviaqa, 32"
  })
  void answerLengthsAreThePapers(String name, int maxTokens) {
    assertThat(LongBenchTask.of(name).maxTokens()).isEqualTo(maxTokens);
    assertThat(LongBenchTask.of(name).label()).isEqualTo(name);
  }

  @Test
  void metricsAreTheTasks() {
    List<String> right = List.of("one two three");
    assertThat(LongBenchTask.TRIVIAQA.grade("\n one two three\nQuestion: more", right))
        .isEqualTo(1);
    assertThat(LongBenchTask.HOTPOTQA.grade("one two three\nx y z", right)).isLessThan(1);
    assertThat(LongBenchTask.QASPER.grade("three two one", right)).isEqualTo(1);
    assertThat(LongBenchTask.GOV_REPORT.grade("three two one", right)).isEqualTo(1.0 / 3);
    assertThat(LongBenchTask.TRIVIAQA.grade("", right)).isZero();
  }

  @Test
  void middleOfLongPromptsIsLeftOut() throws IOException {
    String prompt = "a".repeat(500) + "b".repeat(100) + "c".repeat(499) + "?";
    write("hotpotqa", line("1", prompt, "x"));
    assertThat(LongBench.items(folder, List.of(), 201, CHARACTERS).getFirst().prompt())
        .isEqualTo("a".repeat(100) + "c".repeat(100) + "?");
    assertThat(LongBench.items(folder, List.of(), 1_100, CHARACTERS).getFirst().prompt())
        .isEqualTo(prompt);
    assertThat(Truncation.middle("abcdefg", 3, CHARACTERS)).isEqualTo("afg");
  }

  @Test
  void partsThatMakeMoreTokensAreCutAgain() {
    assertThat(Truncation.middle("abcdefghij", 6, pairing(1))).isEqualTo("abhij");
    assertThatThrownBy(() -> Truncation.middle("abcdefghij", 6, pairing(100)))
        .hasMessageStartingWith("a text of 10 tokens could not be cut to 6");
  }

  @Test
  void unknownTasksAreRefusedByName() throws IOException {
    write("qasper", line("1", "?", "x"));
    assertThatThrownBy(() -> LongBench.items(folder, List.of("sums"), 100, CHARACTERS))
        .hasMessage(
            "there is no LongBench task 'sums'; there are qasper, narrativeqa, hotpotqa,"
                + " multifieldqa_en, gov_report, triviaqa");
    assertThatThrownBy(() -> LongBench.items(folder, List.of("triviaqa"), 100, CHARACTERS))
        .hasMessage(folder + " has no file triviaqa.jsonl for that task");
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 63, CHARACTERS))
        .hasMessage("a LongBench context must be 64 tokens or more, not 63");
  }

  @Test
  void foldersWithoutTasksAreRefused() {
    String message =
        " holds no LongBench task; each is a file NAME.jsonl, the names are qasper, narrativeqa,"
            + " hotpotqa, multifieldqa_en, gov_report, triviaqa";
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 100, CHARACTERS))
        .hasMessage(folder + message);
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> LongBench.items(missing, List.of(), 100, CHARACTERS))
        .hasMessage(missing + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{                                           | it is not JSON at column 2",
        "{\"id\":\"2\"} x                            | it is not JSON at column 12",
        "[1]                                         | it is not a JSON object",
        "{\"prompt\":\"?\",\"answers\":[\"x\"]}      | 'id' is missing",
        "{\"id\":[],\"prompt\":\"?\",\"answers\":[\"x\"]} | 'id' is neither a string nor a whole number",
        "{\"id\":2,\"answers\":[\"x\"]}              | 'prompt' is missing",
        "{\"id\":2,\"prompt\":\" \",\"answers\":[\"x\"]} | 'prompt' is not a string with text in it",
        "{\"id\":2,\"prompt\":null,\"answers\":[\"x\"]} | 'prompt' is not a string with text in it",
        "{\"id\":2,\"prompt\":\"?\"}                 | 'answers' is missing",
        "{\"id\":2,\"prompt\":\"?\",\"answers\":\"x\"} | 'answers' is not a list of one or more strings",
        "{\"id\":2,\"prompt\":\"?\",\"answers\":[]}  | 'answers' is not a list of one or more strings",
        "{\"id\":2,\"prompt\":\"?\",\"answers\":[\"x\",1]} | 'answers' is not a list of one or more strings",
        "{\"id\":1,\"prompt\":\"?\",\"answers\":[\"x\"]} | the id '1' stands in an earlier line too",
      })
  void malformedLinesAreRefused(String second, String why) throws IOException {
    write("qasper", line("1", "?", "x") + "\n" + second + "\n");
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 100, CHARACTERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder.resolve("qasper.jsonl") + ", line 2: " + why);
  }

  @Test
  void filesThatAreNoTextAreRefused() throws IOException {
    Path file = folder.resolve("qasper.jsonl");
    Files.write(file, new byte[] {'"', (byte) 0xff, '"'});
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 100, CHARACTERS))
        .hasMessage(file + ", line 1: it is not UTF-8 text");
    Files.writeString(file, "\n \n");
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 100, CHARACTERS))
        .hasMessage(file + " has no questions; it needs a line of JSON for each");
    byte[] endless = new byte[LongBenchFile.MOST_BYTES + 1];
    Arrays.fill(endless, (byte) ' ');
    Files.write(file, endless);
    assertThatThrownBy(() -> LongBench.items(folder, List.of(), 100, CHARACTERS))
        .hasMessage(file + ", line 1: it is longer than 16 MB");
  }

  /** A token for each character, and so many more for every seam between letters not neighbours. */
  private static TextTokens pairing(int more) {
    return new TextTokens() {
      @Override
      public int[] encode(String text) {
        int seams = 0;
        for (int i = 1; i < text.length(); i++) {
          seams += text.charAt(i) == text.charAt(i - 1) + 1 ? 0 : 1;
        }
        return Arrays.copyOf(text.chars().toArray(), text.length() + more * seams);
      }

      @Override
      public String decode(int[] tokens) {
        return new String(tokens, 0, tokens.length);
      }
    };
  }

  private void write(String task, String lines) throws IOException {
    Files.writeString(folder.resolve(task + ".jsonl"), lines, StandardCharsets.UTF_8);
  }

  private static String line(String id, String prompt, String... answers) {
    List<String> quoted = new ArrayList<>();
    for (String answer : answers) {
      quoted.add("\"" + answer + "\"");
    }
    return "{\"id\": \"%s\", \"prompt\": \"%s\", \"answers\": %s}".formatted(id, prompt, quoted);
  }
}

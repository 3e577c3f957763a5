package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("it takes the place of standard output and error")
class EvalCommandTest {

  @TempDir Path folder = Path.of("");

  private String[] eval(String... args) {
    List<String> all = new ArrayList<>(List.of("eval"));
    all.addAll(List.of(args));
    all.addAll(List.of("--results", folder.resolve("cells.jsonl").toString()));
    return all.toArray(String[]::new);
  }

  private void refused(int code, String sentence, String... args) {
    Ended ended = quest(eval(args));
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(sentence);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void passkeyReportsWhatTheDesignNamesAndGoesOnWhereItWas() throws IOException {
    Path report = folder.resolve("report");
    String[] command =
        eval(
            "passkey",
            "--lengths",
            "400",
            "--samples",
            "2",
            "--budgets",
            "1/5",
            "--selectors",
            "dense,quest,quest/minmax/head",
            "--report",
            report.toString(),
            "--json");
    Ended ended = quest(command);
    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(ended.out());
    assertThat(json.at("/measured").asInt()).isEqualTo(6);
    JsonNode cells = json.at("/cells");
    assertThat(cells.size()).isEqualTo(6); // two depths
    assertThat(cells.get(0).at("/selector").asString()).isEqualTo("dense");
    assertThat(cells.get(0).at("/token_budget").asInt()).isZero();
    JsonNode sparse = cells.get(1);
    assertThat(sparse.at("/selector").asString()).isEqualTo("quest");
    assertThat(sparse.at("/length").asInt()).isEqualTo(400);
    assertThat(sparse.at("/depth").asDouble()).isZero();
    assertThat(sparse.at("/token_budget").asInt()).isEqualTo(80);
    assertThat(sparse.at("/total").asInt()).isEqualTo(1);
    assertThat(sparse.at("/right").asInt()).isBetween(0, 1);
    assertThat(sparse.at("/selections").asInt()).isPositive();
    assertThat(cells.get(2).at("/selector").asString()).isEqualTo("quest/minmax");
    assertThat(cells.get(2).at("/gqa").asString()).isEqualTo("head");
    assertThat(report.resolve("report.html")).isNotEmptyFile();
    assertThat(Files.readString(report.resolve("report.md"))).contains("quest eval passkey");
    Ended again = quest(command);
    assertThat(JsonMapper.shared().readTree(again.out()).at("/measured").asInt()).isZero();
    assertThat(JsonMapper.shared().readTree(again.out()).at("/cells")).isEqualTo(cells);
  }

  @Test
  void badInputIsOneSentence() throws IOException {
    refused(2, "unknown task: passkeys (known: passkey, needle, ruler,", "passkeys");
    refused(1, "unknown attention policy: h3o", "passkey", "--selectors", "h3o");
    refused(1, "unknown part of selector quest/best: best", "passkey", "--selectors", "quest/best");
    refused(1, "not a token budget: much", "passkey", "--budgets", "much");
    refused(1, "samples is not in 1..10000: 0", "passkey", "--samples", "0");
    refused(1, "length 9000 is beyond the context of", "passkey", "--lengths", "9000");
    refused(1, "longbench needs --data", "longbench");
    refused(1, "no such file: ", "perplexity", "-f", folder.resolve("none.txt").toString());
    Path text = Files.writeString(folder.resolve("short.txt"), "too short");
    refused(1, "the text has 2 tokens, too few", "recall", "-f", text.toString());
    refused(1, "the report cannot be written to " + text, "passkey", "--report", text.toString());
    refused(
        1,
        "scorer minmax cannot tell what is missed",
        "passkey",
        "--selectors",
        "quest/minmax/miss0.1",
        "--lengths",
        "400");
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("qasper.jsonl"), "{\"id\":\"a\",\"prompt\":\"x\"}\n");
    refused(1, "qasper.jsonl", "longbench", "--data", data.toString());
  }
}

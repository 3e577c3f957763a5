package io.github.quest4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.evaluation.Row;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  static final About ABOUT =
      new About(
          "quest eval passkey --budgets 64,128,256,512,1024",
          "An Invented CPU",
          2,
          "0123abc",
          Instant.parse("2026-11-26T10:15:00Z"),
          3725,
          500,
          List.of("left out: length 32,768, longer than the model's context"));

  @TempDir Path folder;

  @Test
  void countsRightAnswersAndPairsThemWithDense() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(passkey(i, "dense", 0, Map.of(), Map.of("score", 1, "answer", "42")));
      rows.add(passkey(i, "quest/minmax", 256, Map.of(), scored(i == 0 ? 0 : 1, 10)));
    }
    String html = html(rows);
    assertThat(html)
        .contains("4/4 = 100.0 %<small>[51.0, 100.0]")
        .contains(
            "3/4 = 75.0 %<small>[30.1, 95.4]</small><small>lost 1, won 0, p = 1.00</small>"
                + "<small>40 selections</small>")
        .contains("Answers not fully right: 1")
        .contains("passkey, length 4,096");
    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("| selector | dense | budget 256 |")
        .contains("lost 1, won 0, p = 1.00<br>40 selections");
  }

  @Test
  void gradedAnswersHaveAMeanScore() throws IOException {
    List<Row> rows =
        List.of(
            passkey(0, "h2o", 64, Map.of(), scored(0.5, 1)),
            passkey(1, "h2o", 64, Map.of(), scored(0.75, 1)));
    assertThat(html(rows)).contains("62.5 of 100, 2 answers");
  }

  @Test
  void perplexityIsComparedOnTheSameWindows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(row("perplexity", "w" + i, "dense", 0, Map.of("loss", 200, "predictions", 100)));
      rows.add(
          row(
              "perplexity",
              "w" + i,
              "quest/sketch",
              512,
              Map.of("loss", 210, "predictions", 100, "selections", 7)));
    }
    rows.add(row("perplexity", "w9", "dense", 0, Map.of("loss", 900, "predictions", 100)));
    assertThat(html(rows))
        .contains(">7.39<small>3 windows")
        .contains(
            "× 1.105<small>[1.105, 1.105]</small><small>perplexity 8.17</small>"
                + "<small>3 windows</small><small>21 selections</small>");
  }

  @Test
  void settingsThatDifferAreToldApart() throws IOException {
    List<Row> rows =
        List.of(
            passkey(0, "quest/minmax", 256, Map.of("page_size", 16, "seed", 1), scored(1, 3)),
            passkey(0, "quest/minmax", 256, Map.of("page_size", 32, "seed", 1), scored(0, 3)));
    assertThat(html(rows))
        .contains(">quest/minmax, page size 16<", ">quest/minmax, page size 32<")
        .contains("1/1 = 100.0 %", "0/1 = 0.0 %", "Settings: seed 1.");
  }

  @Test
  void aCellMeasuredTwiceCountsOnce() throws IOException {
    List<Row> rows =
        List.of(
            passkey(0, "h2o", 256, Map.of(), scored(0, 3)),
            passkey(0, "h2o", 256, Map.of(), scored(1, 3)));
    assertThat(html(rows)).contains("1/1 = 100.0 %", "measured more than once: 1 rows");
  }

  @Test
  void aSparseRunThatSelectedNothingIsRefused() {
    for (Map<String, Object> result : List.of(scored(1, 0), Map.<String, Object>of("score", 1))) {
      List<Row> rows = List.of(passkey(3, "quest/sketch", 512, Map.of(), result));
      assertThatThrownBy(() -> Report.write(folder, rows, ABOUT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("item 3: quest/sketch with a budget of 512 tokens")
          .hasMessageEndingWith("a sparse run that selected nothing is no result");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAModelAnswersStaysText() throws IOException {
    Map<String, Object> result =
        Map.of("score", 0, "selections", 1, "answer", "</table><img src=x onerror=\"go()\">\0|`");
    String html = html(List.of(passkey(0, "<script>\"a\"&", 64, Map.of(), result)));
    assertThat(html)
        .contains("&lt;/table&gt;&lt;img src=x onerror=\"go()\"&gt;\uFFFD|`")
        .contains("&lt;script&gt;\"a\"&amp;")
        .doesNotContain("<script", "<img", "\0");
    assertThat(Files.readString(folder.resolve("report.md"))).contains("\\<script\\>");
  }

  @Test
  void allTasksMakeOnePageThatNeedsNothingElse() throws Exception {
    String html = html(SampleRows.all());
    Document page =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html)));
    assertThat(page.getElementsByTagName("h2").getLength()).isEqualTo(8);
    assertThat(page.getElementsByTagName("figure").getLength())
        .isEqualTo(page.getElementsByTagName("svg").getLength())
        .isGreaterThan(40);
    assertThat(html)
        .doesNotContain("://", "<script", "<link", "src=", "@import", "url(", "NaN", "Infinity")
        .contains("● front", "estimate = truth", "Perplexity ratio by budget", "Mass by layer");
    assertThat(SampleRows.all()).hasSizeGreaterThan(1800);
    assertThat(Files.size(folder.resolve("report.html"))).isLessThan(2_000_000);
  }

  @Test
  void resultsCanBeReadBack() throws IOException {
    List<Row> rows = SampleRows.all();
    Report.write(folder, rows, ABOUT);
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("results.json")));
    assertThat(json.get("rows").size()).isEqualTo(rows.size());
    assertThat(json.get("rows").get(0).get("labels").get("length").asInt()).isEqualTo(2048);
    assertThat(json.get("about").get("date").asString()).isEqualTo("2026-11-26T10:15:00Z");
  }

  @Test
  void filesAreReplacedAndNothingElseIsLeft() throws IOException {
    Path made = folder.resolve("a/b");
    Report.write(made, List.of(), ABOUT);
    Report.write(made, List.of(passkey(0, "h2o", 64, Map.of(), scored(1, 1))), ABOUT);
    try (var files = Files.list(made)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("report.html", "report.md", "results.json");
    }
    assertThat(Files.readString(made.resolve("report.html"))).contains("1/1 = 100.0 %");
  }

  @Test
  void whatIsInTheWayLeavesAllAsItWas() throws IOException {
    Files.createDirectory(folder.resolve("report.html"));
    Files.writeString(folder.resolve("report.md"), "before");
    assertThatThrownBy(() -> Report.write(folder, List.of(), ABOUT))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("report.html: a folder is in the way");
    assertThat(folder.resolve("report.md")).hasContent("before");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Report.write(file, List.of(), ABOUT))
        .isInstanceOf(ReportException.class)
        .hasMessage(
            "the report cannot be written to "
                + file
                + ": "
                + file
                + " is a file, not a folder; name another folder");
    assertThatThrownBy(() -> Report.write(file.resolve("sub"), List.of(), ABOUT))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining(file.resolve("sub").toString());
  }

  private String html(List<Row> rows) throws IOException {
    Report.write(folder, rows, ABOUT);
    return Files.readString(folder.resolve("report.html"));
  }

  private static Map<String, Object> scored(double score, int selections) {
    return Map.of("score", score, "answer", "a", "selections", selections);
  }

  private static Row passkey(
      int item,
      String selector,
      int budget,
      Map<String, Object> settings,
      Map<String, Object> result) {
    Map<String, Object> labels = SampleRows.ordered("length", 4096, "depth", item / 4.0);
    return new Row("passkey", "m.gguf", "" + item, labels, selector, budget, settings, result);
  }

  private static Row row(
      String task, String item, String selector, int budget, Map<String, Object> result) {
    return new Row(task, "m.gguf", item, Map.of(), selector, budget, Map.of(), result);
  }
}

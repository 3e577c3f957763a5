package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** What was measured, as tables and pictures. */
public final class Report {

  private static final String TITLE = "Quest4J: accuracy of sparse attention";
  private static final Set<String> SCORED = Set.of("passkey", "needle", "ruler", "longbench");
  private static final List<String> ORDER =
      List.of(
          "passkey",
          "needle",
          "ruler",
          "longbench",
          "perplexity",
          "adaptive",
          "recall",
          "missed",
          "ablation");

  private Report() {}

  /**
   * Writes {@code report.html}, one page that needs nothing else, {@code report.md}, its tables,
   * and {@code results.json}, all rows. Files of these names are replaced, each of them at once.
   *
   * @param dir made if it is not there
   * @param rows in any order; of a cell that was measured twice the last one counts
   * @param about how they came to be
   * @throws IllegalArgumentException for a sparse row that selected nothing: it says nothing about
   *     sparse attention
   * @throws ReportException if the folder cannot be written to
   */
  public static void write(Path dir, List<Row> rows, About about) {
    Results results = Results.of(rows);
    List<Block> blocks = blocks(results, about);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("results.json", json(results.rows(), about));
    texts.put("report.md", MarkdownPage.of(TITLE, blocks));
    texts.put("report.html", HtmlPage.of(TITLE, blocks));
    Folder.write(dir, texts);
  }

  /** The tables alone, as Markdown. */
  public static String markdown(List<Row> rows, About about) {
    return MarkdownPage.of(TITLE, blocks(Results.of(rows), about));
  }

  /**
   * Makes the folder, and a file in it for a moment, so that a measurement of hours does not end
   * without room for its report.
   *
   * @throws ReportException if it cannot be written to
   */
  public static void requireWritable(Path dir) {
    Folder.probe(dir);
  }

  private static List<Block> blocks(Results results, About about) {
    Map<String, List<Slice>> tasks = results.tasks();
    Set<String> selectors = new TreeSet<>();
    Set<String> variants = new TreeSet<>();
    tasks.values().stream()
        .flatMap(List::stream)
        .forEach(slice -> {
          slice.rows().stream()
              .filter(r -> !Slice.dense(r))
              .forEach(r -> selectors.add(r.selector()));
          if (!(section(slice.task()) instanceof AblationSection)) {
            variants.addAll(slice.variants());
          }
        });
    Set<String> names = new LinkedHashSet<>(selectors);
    names.addAll(variants);
    Palette palette = new Palette(names);
    List<Block> blocks = new ArrayList<>();
    blocks.addAll(about(results, about));
    List<String> order = new ArrayList<>(ORDER);
    tasks.keySet().stream().filter(t -> !order.contains(t)).forEach(order::add);
    for (String task : order) {
      List<Slice> slices = tasks.getOrDefault(task, List.of());
      if (!slices.isEmpty()) {
        Section section = section(task);
        blocks.add(new Block.Heading(2, task));
        blocks.add(new Block.Paragraph(section.explanation()));
        for (Slice slice : slices) {
          blocks.add(new Block.Heading(3, slice.model()));
          String settings = slice.commonSettings();
          if (!settings.isEmpty()) {
            blocks.add(new Block.Paragraph("Settings: " + settings + "."));
          }
          blocks.addAll(section.blocks(slice, palette));
        }
      }
    }
    return blocks;
  }

  private static Section section(String task) {
    if (SCORED.contains(task)) {
      return new ScoreSection();
    }
    return switch (task) {
      case "perplexity" -> new LossSection(false);
      case "adaptive" -> new LossSection(true);
      case "recall" -> new RecallSection();
      case "missed" -> new MissedSection();
      case "ablation" -> new AblationSection();
      default -> new PlainSection();
    };
  }

  private static List<Block> about(Results results, About about) {
    List<List<Cell>> table = new ArrayList<>();
    line(table, "command", about.command());
    line(table, "machine", about.processor() + ", " + Grid.count(about.cores(), "core"));
    line(table, "commit", about.commit().isEmpty() ? "unknown" : about.commit());
    line(
        table,
        "date",
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(about.date()));
    line(table, "measured", Numbers.seconds(about.secondsMeasured()));
    if (about.secondsSaved() > 0) {
      line(table, "saved by prefilling once", Numbers.seconds(about.secondsSaved()));
    }
    line(table, "rows", Numbers.whole(results.rows().size()));
    about.notes().forEach(note -> line(table, "note", note));
    results.notes().forEach(note -> line(table, "note", note));
    return List.of(new Block.Table("How this was measured", List.of("", ""), 2, table));
  }

  private static void line(List<List<Cell>> table, String what, String value) {
    table.add(List.of(Cell.of(what), Cell.of(value)));
  }

  /** One row a line, so that two results can be compared line by line. */
  private static String json(List<Row> rows, About about) {
    JsonMapper mapper = JsonMapper.builder().build();
    StringBuilder json = new StringBuilder("{\n\"about\": ");
    json.append(mapper.writeValueAsString(about)).append(",\n\"rows\": [");
    for (int i = 0; i < rows.size(); i++) {
      json.append(i == 0 ? "\n" : ",\n").append(mapper.writeValueAsString(rows.get(i)));
    }
    return json.append("\n]}\n").toString();
  }
}

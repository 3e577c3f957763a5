package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import io.github.quest4j.evaluation.report.Block.Figure;
import io.github.quest4j.evaluation.report.LineChart.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Settings against each other: what they read and what they lose. */
final class AblationSection implements Section {

  private static final double MIB = 1024.0 * 1024;

  @Override
  public String explanation() {
    return "A line is one choice of settings, least bytes first. The Pareto front holds those that"
        + " no other beats in both bytes and perplexity.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Block> blocks = new ArrayList<>();
    slice
        .byLabels(Set.of())
        .forEach((labels, part) -> {
          List<Row> sorted =
              part.rows().stream()
                  .sorted(Comparator.comparingDouble(AblationSection::bytes))
                  .toList();
          blocks.add(table(Grid.caption("ablation", labels), sorted));
          blocks.add(
              new Block.Figures(
                  List.of(
                      new Figure(
                          Grid.caption(
                              "Perplexity ratio by bytes; numbers are lines of the table, the"
                                  + " front is joined",
                              labels),
                          scatter(sorted, palette)))));
        });
    return blocks;
  }

  private static Block.Table table(String caption, List<Row> rows) {
    Set<String> keys = new TreeSet<>();
    rows.forEach(r -> keys.addAll(r.settings().keySet()));
    keys.removeIf(k -> rows.stream().map(r -> setting(r, k)).distinct().count() < 2);
    List<String> head = new ArrayList<>(List.of("line", "selector"));
    keys.forEach(k -> head.add(k.replace('_', ' ')));
    head.add("Pareto front");
    int words = head.size();
    head.addAll(
        List.of(
            "budget",
            "read per token",
            "of it digests",
            "perplexity, × dense",
            "mass held",
            "needles",
            "decode, tokens/s",
            "selections"));
    List<List<Cell>> table = new ArrayList<>();
    for (Row row : rows) {
      boolean front = is(row, "pareto");
      List<String> texts = new ArrayList<>();
      texts.add(Integer.toString(table.size() + 1));
      texts.add(row.selector());
      keys.forEach(k -> texts.add(setting(row, k)));
      texts.add(((front ? "● front" : "") + (is(row, "chosen") ? " ★ chosen" : "")).strip());
      texts.add(row.tokenBudget() > 0 ? Numbers.whole(row.tokenBudget()) : Numbers.NONE);
      texts.add(Numbers.bytes(bytes(row)));
      texts.add(Numbers.bytes(Numbers.result(row, "digest_bytes_per_token")));
      texts.add(Numbers.fixed(ratio(row), 3));
      texts.add(Numbers.percent(Numbers.result(row, "mass")));
      texts.add(needles(row));
      texts.add(Numbers.fixed(Numbers.result(row, "decode_tok_s"), 1));
      texts.add(Numbers.whole(Numbers.result(row, "selections")));
      table.add(texts.stream().map(t -> new Cell(t, List.of(), front)).toList());
    }
    return new Block.Table(caption, head, words, table);
  }

  private static LineChart scatter(List<Row> rows, Palette palette) {
    Map<String, List<Point>> bySelector = new TreeMap<>();
    List<Point> front = new ArrayList<>();
    List<Point> chosen = new ArrayList<>();
    for (Row row : rows) {
      boolean pareto = is(row, "pareto");
      String label = pareto ? Integer.toString(rows.indexOf(row) + 1) : "";
      double x = bytes(row) / MIB;
      Point point = new Point(x, ratio(row), ratio(row), ratio(row), label);
      bySelector.computeIfAbsent(row.selector(), s -> new ArrayList<>()).add(point);
      if (pareto) {
        front.add(Point.of(x, ratio(row)));
      }
      if (is(row, "chosen")) {
        chosen.add(Point.of(x, ratio(row)));
      }
    }
    List<Point> all = bySelector.values().stream().flatMap(List::stream).toList();
    LineChart chart =
        new LineChart(
            Axis.around("read per token, MiB", all.stream().mapToDouble(Point::x), 4),
            Axis.around("perplexity, × dense", all.stream().mapToDouble(Point::y), 1.5));
    chart.line("Pareto front", Palette.DENSE, front);
    bySelector.forEach((selector, points) -> chart.points(selector, palette.of(selector), points));
    return chart.points("chosen", Palette.CHOSEN, chosen);
  }

  private static double bytes(Row row) {
    return Numbers.result(row, "bytes_per_token");
  }

  private static double ratio(Row row) {
    return Numbers.result(row, "perplexity_ratio");
  }

  private static boolean is(Row row, String key) {
    return Boolean.TRUE.equals(row.result().get(key));
  }

  private static String needles(Row row) {
    double total = Numbers.result(row, "needle_total");
    return total > 0
        ? Numbers.whole(Numbers.result(row, "needle_right")) + "/" + Numbers.whole(total)
        : Numbers.NONE;
  }

  private static String setting(Row row, String key) {
    Object value = row.settings().get(key);
    return value == null ? Numbers.NONE : value.toString();
  }
}

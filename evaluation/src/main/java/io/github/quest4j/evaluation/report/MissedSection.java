package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import io.github.quest4j.evaluation.report.Block.Figure;
import io.github.quest4j.evaluation.report.LineChart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How well the attention mass that a step does not read is estimated. */
final class MissedSection implements Section {

  private static final double LEAST = 1e-8;

  @Override
  public String explanation() {
    return "A case is one step, layer and head. The truth is the share of the attention mass on"
        + " pages that were not read; the estimate comes from their digests. A bound below the truth"
        + " is a bound that failed. Means over texts are weighted by cases; the log correlation is"
        + " that of the logarithms of truth and estimate.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Block> blocks = new ArrayList<>();
    slice
        .byLabels(Set.of("depth"))
        .forEach((labels, part) -> {
          List<List<Cell>> table = new ArrayList<>();
          List<Figure> figures = new ArrayList<>();
          List<Block> layers = new ArrayList<>();
          for (String variant : part.variants()) {
            for (int budget : part.budgets()) {
              List<Row> rows = part.cell(variant, budget);
              if (!rows.isEmpty()) {
                String name = variant + ", budget " + Numbers.whole(budget);
                table.add(line(variant, budget, rows));
                figures.add(
                    new Figure(
                        Grid.caption("Missed mass, estimate by truth: " + name, labels),
                        calibration(rows, palette.of(variant))));
                layers.add(byLayer(name, rows));
              }
            }
          }
          blocks.add(
              new Block.Table(
                  Grid.caption("Missed mass", labels),
                  List.of(
                      "selector",
                      "budget",
                      "cases",
                      "log correlation",
                      "true mean",
                      "estimated mean",
                      "bound below truth",
                      "min/max bound below truth",
                      "bound / truth, median",
                      "selections"),
                  1,
                  table));
          blocks.add(new Block.Figures(figures));
          blocks.add(new Block.Details("By layer", false, layers));
        });
    return blocks;
  }

  private static List<Cell> line(String variant, int budget, List<Row> rows) {
    double cases = Numbers.sum(rows, MissedSection::cases);
    return List.of(
        Cell.of(variant),
        Cell.of(Numbers.whole(budget)),
        Cell.of(Numbers.whole(cases)),
        Cell.of(Numbers.fixed(mean(rows, "log_correlation"), 3)),
        Cell.of(Numbers.plain(mean(rows, "true_mean"))),
        Cell.of(Numbers.plain(mean(rows, "estimated_mean"))),
        below(rows, "bound_below", cases),
        below(rows, "minmax_below", cases),
        Cell.of(Numbers.plain(mean(rows, "bound_ratio"))),
        Cell.of(Grid.selections(rows).replace(" selections", "").replace("selections ", "")));
  }

  private static Cell below(List<Row> rows, String key, double cases) {
    double sum = Numbers.sum(rows, r -> Numbers.result(r, key));
    return Double.isNaN(sum)
        ? Cell.of(Numbers.NONE)
        : Cell.of(Numbers.whole(sum), List.of(Numbers.percent(sum / cases)));
  }

  private static Block byLayer(String caption, List<Row> rows) {
    List<List<Cell>> table = new ArrayList<>();
    collect(rows, "layers", "layer")
        .forEach((layer, of) ->
            table.add(
                List.of(
                    Cell.of(Numbers.whole(layer)),
                    Cell.of(Numbers.whole(Numbers.sum(of, m -> Numbers.of(m, "cases")))),
                    Cell.of(Numbers.plain(weighted(of, "true_mean"))),
                    Cell.of(Numbers.plain(weighted(of, "estimated_mean"))),
                    Cell.of(Numbers.fixed(weighted(of, "log_correlation"), 3)))));
    return new Block.Table(
        caption,
        List.of("layer", "cases", "true mean", "estimated mean", "log correlation"),
        0,
        table);
  }

  /** Of several texts, each bin's quantiles are the weighted geometric means of theirs. */
  private static LineChart calibration(List<Row> rows, Palette.Style style) {
    List<Point> points = new ArrayList<>();
    collect(rows, "bins", "from")
        .forEach((from, bins) -> {
          double to = Numbers.of(bins.getFirst(), "to");
          double x = from > 0 ? Math.sqrt(from * to) : to / 2;
          points.add(
              new Point(
                  x, geometric(bins, "median"), geometric(bins, "p5"), geometric(bins, "p95"), ""));
        });
    List<Point> drawn = points.stream().filter(Point::drawable).filter(p -> p.x() > 0).toList();
    double low = 1e-1;
    for (Point p : drawn) {
      low = Math.min(low, Math.max(LEAST, Math.min(p.x(), p.low())));
    }
    Axis x = Axis.logarithmic("true missed mass, share", low, 1);
    Axis y = Axis.logarithmic("estimated missed mass, share", low, 1);
    LineChart chart = new LineChart(x, y);
    chart.band("5 to 95 % of cases", style, drawn);
    chart.line("median", style, drawn.stream().map(p -> Point.of(p.x(), p.y())).toList());
    return chart.line(
        "estimate = truth", Palette.DENSE, List.of(Point.of(x.low(), x.low()), Point.of(1, 1)));
  }

  private static double geometric(List<Map<?, ?>> bins, String key) {
    return Math.exp(
        Numbers.mean(
            bins, b -> Math.log(Math.max(LEAST, Numbers.of(b, key))), b -> Numbers.of(b, "cases")));
  }

  private static Map<Double, List<Map<?, ?>>> collect(List<Row> rows, String list, String key) {
    Map<Double, List<Map<?, ?>>> collected = new TreeMap<>();
    for (Row row : rows) {
      for (Map<?, ?> map : Numbers.maps(row, list)) {
        collected.computeIfAbsent(Numbers.of(map, key), k -> new ArrayList<>()).add(map);
      }
    }
    return collected;
  }

  private static double weighted(List<Map<?, ?>> maps, String key) {
    return Numbers.mean(maps, m -> Numbers.of(m, key), m -> Numbers.of(m, "cases"));
  }

  private static double cases(Row row) {
    return Numbers.result(row, "cases");
  }

  private static double mean(List<Row> rows, String key) {
    return Numbers.mean(rows, r -> Numbers.result(r, key), MissedSection::cases);
  }
}

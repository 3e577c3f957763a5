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

/** How much of the true attention the selected pages hold. */
final class RecallSection implements Section, Grid {

  @Override
  public String explanation() {
    return "A cell says which share of the true attention mass the selected pages hold, mean over"
        + " steps, layers and heads. Below: the share of the true top tokens, the stretches of"
        + " text, and how often pages were selected.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Block> blocks = new ArrayList<>();
    slice
        .byLabels(Set.of("depth"))
        .forEach((labels, part) -> {
          blocks.add(table(Grid.caption(slice.task(), labels), part));
          List<Figure> figures = new ArrayList<>();
          for (int budget : part.budgets()) {
            String where = Grid.caption("", labels) + ", budget " + Numbers.whole(budget);
            figures.add(
                new Figure("Mass by layer" + where, byLayer(part, budget, "mass", palette)));
            figures.add(
                new Figure("Top tokens by layer" + where, byLayer(part, budget, "top", palette)));
          }
          blocks.add(new Block.Figures(figures));
        });
    return blocks;
  }

  @Override
  public Cell sparse(List<Row> rows, List<Slice.Pair> pairs) {
    return Cell.of(
        "mass " + Numbers.percent(Numbers.mean(rows, r -> Numbers.result(r, "mass"))),
        List.of(
            "top " + Numbers.percent(Numbers.mean(rows, r -> Numbers.result(r, "top"))),
            Grid.count(rows.size(), "stretch").replace("stretchs", "stretches"),
            Grid.selections(rows)));
  }

  @Override
  public Cell dense(List<Row> rows) {
    return Cell.of("mass 100 %");
  }

  private static LineChart byLayer(Slice part, int budget, String key, Palette palette) {
    Map<String, List<Point>> lines = new TreeMap<>();
    double last = 0;
    double low = 100;
    for (String variant : part.variants()) {
      List<Point> points = points(part.cell(variant, budget), key);
      lines.put(variant, points);
      for (Point p : points) {
        last = Math.max(last, p.x());
        low = Math.min(low, p.y());
      }
    }
    LineChart chart =
        new LineChart(
            Axis.linear("layer", 0, Math.max(1, last)),
            Axis.linear(
                key.equals("mass") ? "attention mass held, %" : "top tokens held, %",
                low > 50 ? 50 : 0,
                100));
    lines.forEach((variant, points) -> chart.line(variant, palette.of(variant), points));
    return chart;
  }

  private static List<Point> points(List<Row> rows, String key) {
    Map<Double, List<Double>> layers = new TreeMap<>();
    for (Row row : rows) {
      for (Map<?, ?> layer : Numbers.maps(row, "layers")) {
        layers
            .computeIfAbsent(Numbers.of(layer, "layer"), l -> new ArrayList<>())
            .add(Numbers.of(layer, key));
      }
    }
    List<Point> points = new ArrayList<>();
    layers.forEach((layer, of) -> points.add(Point.of(layer, 100 * Numbers.mean(of, v -> v))));
    return points;
  }
}

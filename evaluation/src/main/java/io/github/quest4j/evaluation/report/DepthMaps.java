package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Maps of the score by context length and depth, one for each selector and budget. */
final class DepthMaps {

  private static final int MOST_DEPTHS = 12;

  private DepthMaps() {}

  /** All maps, a row for each selector; none where rows have no length and depth. */
  static List<Block.Figures> of(Slice part) {
    List<Row> placed =
        part.rows().stream()
            .filter(r -> Double.isFinite(length(r)) && Double.isFinite(depth(r)))
            .toList();
    if (placed.isEmpty()) {
      return List.of();
    }
    double[] lengths = distinct(placed, DepthMaps::length);
    double[] exact = distinct(placed, DepthMaps::depth);
    ToDoubleFunction<Row> depth =
        exact.length <= MOST_DEPTHS
            ? DepthMaps::depth
            : r -> Math.min(9, Math.floor(depth(r) * 10)) / 10;
    double[] depths = distinct(placed, depth);
    List<Block.Figures> maps = new ArrayList<>();
    List<Row> dense = part.denseRows();
    if (!dense.isEmpty()) {
      Figure map = new Figure(Slice.DENSE, map(dense, lengths, depths, depth));
      maps.add(new Block.Figures(List.of(map)));
    }
    for (String variant : part.variants()) {
      List<Figure> line = new ArrayList<>();
      for (int budget : part.budgets()) {
        List<Row> rows = part.cell(variant, budget);
        if (!rows.isEmpty()) {
          String caption = variant + (budget > 0 ? ", budget " + Numbers.whole(budget) : "");
          line.add(new Figure(caption, map(rows, lengths, depths, depth)));
        }
      }
      maps.add(new Block.Figures(line));
    }
    return maps;
  }

  private static HeatMap map(
      List<Row> rows, double[] lengths, double[] depths, ToDoubleFunction<Row> depth) {
    double[][] shares = new double[depths.length][lengths.length];
    int[][] counts = new int[depths.length][lengths.length];
    for (int d = 0; d < depths.length; d++) {
      for (int l = 0; l < lengths.length; l++) {
        double at = depths[d];
        double length = lengths[l];
        List<Row> cell =
            rows.stream().filter(r -> depth.applyAsDouble(r) == at && length(r) == length).toList();
        shares[d][l] = ScoreSection.mean(cell);
        counts[d][l] = cell.size();
      }
    }
    return new HeatMap(
        "context, tokens",
        names(lengths, 1, ""),
        "depth",
        names(depths, 100, " %"),
        shares,
        counts);
  }

  private static List<String> names(double[] values, double factor, String unit) {
    List<String> names = new ArrayList<>();
    for (double v : values) {
      names.add(Numbers.fixed(v * factor, 0).replace(",", "") + unit);
    }
    return names;
  }

  private static double length(Row row) {
    return Numbers.of(row.labels(), "length");
  }

  private static double depth(Row row) {
    return Numbers.of(row.labels(), "depth");
  }

  private static double[] distinct(List<Row> rows, ToDoubleFunction<Row> value) {
    return rows.stream().mapToDouble(value).distinct().sorted().toArray();
  }
}

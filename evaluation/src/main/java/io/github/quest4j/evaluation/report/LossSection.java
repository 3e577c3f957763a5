package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.metric.Interval;
import io.github.quest4j.evaluation.report.Block.Cell;
import io.github.quest4j.evaluation.report.Block.Figure;
import io.github.quest4j.evaluation.report.LineChart.Point;
import io.github.quest4j.evaluation.report.Statistics.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Perplexity of running text, against dense attention on the same windows. */
final class LossSection implements Section, Grid {

  private static final int FEWEST_WINDOWS = 3;
  private static final double FACTOR_FOR_LOG = 1.5;

  private final boolean adaptive;

  /**
   * The section of a task.
   *
   * @param adaptive the tokens that a step reads are chosen by the step, so curves go by them
   */
  LossSection(boolean adaptive) {
    this.adaptive = adaptive;
  }

  @Override
  public String explanation() {
    return "A cell says the perplexity as a multiple of dense attention's on the same windows of"
        + " text, exp of the difference of the mean losses; in brackets the 95 % interval from"
        + " windows drawn anew in pairs (with 3 windows or more). Below: the perplexity itself, the"
        + " windows, and how often pages were selected.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Block> blocks = new ArrayList<>();
    slice
        .byLabels(Set.of("depth"))
        .forEach((labels, part) -> {
          blocks.add(table(Grid.caption(slice.task(), labels), part));
          blocks.addAll(Cost.of(part));
          List<Figure> figures = new ArrayList<>();
          if (!part.pairs(part.rows()).isEmpty()) {
            figures.add(
                new Figure(
                    Grid.caption(
                        adaptive
                            ? "Perplexity ratio by tokens read; numbers are the missed mass aimed at"
                            : "Perplexity ratio by budget",
                        labels),
                    ratios(part, palette)));
          }
          for (int budget : part.budgets()) {
            figures.addAll(positions(labels, part, budget, palette));
          }
          if (!figures.isEmpty()) {
            blocks.add(new Block.Figures(figures));
          }
        });
    return blocks;
  }

  @Override
  public Cell sparse(List<Row> rows, List<Slice.Pair> pairs) {
    List<String> below = new ArrayList<>();
    Losses[] losses = paired(pairs);
    if (losses.length >= FEWEST_WINDOWS) {
      Interval i = Statistics.ratioInterval(losses);
      below.add("[" + Numbers.fixed(i.low(), 3) + ", " + Numbers.fixed(i.high(), 3) + "]");
    }
    below.add("perplexity " + Numbers.fixed(perplexity(rows), 2));
    if (adaptive) {
      below.add(Numbers.whole(tokens(rows)) + " tokens read");
    }
    below.add(Grid.count(rows.size(), "window"));
    below.add(Grid.selections(rows));
    return Cell.of(
        losses.length == 0 ? "no dense" : "× " + Numbers.fixed(Statistics.ratio(losses), 3), below);
  }

  @Override
  public Cell dense(List<Row> rows) {
    return Cell.of(Numbers.fixed(perplexity(rows), 2), List.of(Grid.count(rows.size(), "window")));
  }

  private LineChart ratios(Slice part, Palette palette) {
    Map<String, List<Point>> lines = new TreeMap<>();
    for (String variant : part.variants()) {
      for (int budget : part.budgets()) {
        List<Row> rows = part.cell(variant, budget);
        Losses[] losses = paired(part.pairs(rows));
        double x = adaptive ? tokens(rows) : budget;
        if (losses.length > 0 && x > 0) {
          double ratio = Statistics.ratio(losses);
          Interval i =
              losses.length >= FEWEST_WINDOWS
                  ? Statistics.ratioInterval(losses)
                  : new Interval(ratio, ratio, ratio);
          Object aim = rows.getFirst().settings().get("missed_mass");
          lines
              .computeIfAbsent(
                  adaptive ? rows.getFirst().selector() : variant, v -> new ArrayList<>())
              .add(
                  new Point(
                      x, ratio, i.low(), i.high(), adaptive && aim != null ? aim.toString() : ""));
        }
      }
    }
    List<Point> all = lines.values().stream().flatMap(List::stream).toList();
    Axis y =
        Axis.around(
            "perplexity, × dense",
            Stream.concat(Stream.of(1.0), all.stream().flatMap(p -> Stream.of(p.low(), p.high())))
                .mapToDouble(Double::doubleValue),
            FACTOR_FOR_LOG);
    double[] xs = all.stream().mapToDouble(Point::x).toArray();
    Axis x =
        adaptive
            ? Axis.around("tokens read by a step, mean", Arrays.stream(xs), Double.MAX_VALUE)
            : Axis.ofValues("token budget", xs);
    LineChart chart = new LineChart(x, y).level(Slice.DENSE, Palette.DENSE, 1);
    lines.forEach((variant, points) -> chart.line(variant, palette.of(variant), points));
    return chart;
  }

  private static List<Figure> positions(String labels, Slice part, int budget, Palette palette) {
    Map<String, List<Point>> lines = new TreeMap<>();
    List<Row> dense = part.denseRows();
    for (String variant : part.variants()) {
      List<Point> points = losses(part.cell(variant, budget));
      if (points.size() > 1) {
        lines.put(variant, points);
      }
    }
    if (lines.isEmpty()) {
      return List.of();
    }
    List<Point> denseLine = losses(dense);
    List<Point> all =
        Stream.concat(denseLine.stream(), lines.values().stream().flatMap(List::stream)).toList();
    LineChart chart =
        new LineChart(
            Axis.around("position, tokens", all.stream().mapToDouble(Point::x), Double.MAX_VALUE),
            Axis.around(
                "loss, nats per token", all.stream().mapToDouble(Point::y), Double.MAX_VALUE));
    chart.line(Slice.DENSE, Palette.DENSE, denseLine);
    lines.forEach((variant, points) -> chart.line(variant, palette.of(variant), points));
    String caption =
        Grid.caption("Loss by position", labels)
            + (budget > 0 ? ", budget " + Numbers.whole(budget) : "");
    return List.of(new Figure(caption, chart));
  }

  /** Mean loss from each position on, over rows. */
  private static List<Point> losses(List<Row> rows) {
    Map<Double, double[]> sums = new TreeMap<>();
    for (Row row : rows) {
      for (Map<?, ?> at : Numbers.maps(row, "positions")) {
        double[] sum = sums.computeIfAbsent(Numbers.of(at, "from"), f -> new double[2]);
        sum[0] += Numbers.of(at, "loss");
        sum[1] += Numbers.of(at, "predictions");
      }
    }
    List<Point> points = new ArrayList<>();
    sums.forEach((from, sum) -> points.add(Point.of(from, sum[0] / sum[1])));
    return points.stream().filter(Point::drawable).toList();
  }

  private static Losses[] paired(List<Slice.Pair> pairs) {
    return pairs.stream()
        .map(p ->
            new Losses(
                Numbers.result(p.sparse(), "loss"),
                Numbers.result(p.sparse(), "predictions"),
                Numbers.result(p.dense(), "loss"),
                Numbers.result(p.dense(), "predictions")))
        .toArray(Losses[]::new);
  }

  private static double perplexity(List<Row> rows) {
    return Math.exp(
        Numbers.sum(rows, r -> Numbers.result(r, "loss"))
            / Numbers.sum(rows, r -> Numbers.result(r, "predictions")));
  }

  private static double tokens(List<Row> rows) {
    return Numbers.mean(rows, r -> Numbers.result(r, "tokens_read_mean"));
  }
}

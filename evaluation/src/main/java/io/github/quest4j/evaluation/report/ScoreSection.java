package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.metric.Interval;
import io.github.quest4j.evaluation.metric.Paired;
import io.github.quest4j.evaluation.metric.Wilson;
import io.github.quest4j.evaluation.report.Block.Cell;
import io.github.quest4j.evaluation.report.Block.Figure;
import io.github.quest4j.evaluation.report.LineChart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers that are right or wrong, or graded in between. */
final class ScoreSection implements Section, Grid {

  private static final double EPSILON = 1e-9;

  @Override
  public String explanation() {
    return "A cell says how many answers were right of all, or the mean score where answers are"
        + " graded, and in brackets the 95 % Wilson interval. Lost and won are the questions that"
        + " dense attention, or this selector, did better on, of those that both were asked; p is"
        + " that of the two-sided exact sign test. Last, how often pages were selected.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Block> blocks = new ArrayList<>();
    List<Figure> curves = new ArrayList<>();
    slice
        .byLabels(Set.of("depth"))
        .forEach((labels, part) -> {
          blocks.add(table(Grid.caption(slice.task(), labels), part));
          blocks.addAll(Cost.of(part));
          blocks.addAll(WrongAnswers.of(part));
          if (!part.variants().isEmpty()) {
            curves.add(new Figure(Grid.caption("Score by budget", labels), curve(part, palette)));
          }
        });
    if (!curves.isEmpty()) {
      blocks.add(new Block.Figures(curves));
    }
    for (Map.Entry<String, Slice> part : slice.byLabels(Set.of("depth", "length")).entrySet()) {
      List<Block.Figures> maps = DepthMaps.of(part.getValue());
      if (!maps.isEmpty()) {
        blocks.add(
            new Block.Paragraph(
                Grid.caption("Score in percent by context length and depth", part.getKey())
                    + ", dark for 0 and light for 100. Depth 0 % is the start of the context."));
        blocks.addAll(maps);
      }
    }
    return blocks;
  }

  @Override
  public Cell sparse(List<Row> rows, List<Slice.Pair> pairs) {
    List<String> below = new ArrayList<>(List.of(interval(rows)));
    if (!pairs.isEmpty()) {
      int dense = better(pairs, 1);
      int here = better(pairs, -1);
      String p = Numbers.probability(Paired.signTest(dense, here));
      below.add("lost " + dense + ", won " + here + ", " + p);
    }
    below.add(Grid.selections(rows));
    return Cell.of(share(rows), below);
  }

  @Override
  public Cell dense(List<Row> rows) {
    return Cell.of(share(rows), List.of(interval(rows)));
  }

  private static int better(List<Slice.Pair> pairs, int sign) {
    return (int)
        pairs.stream().filter(p -> sign * (score(p.dense()) - score(p.sparse())) > EPSILON).count();
  }

  private static LineChart curve(Slice part, Palette palette) {
    Axis x =
        Axis.ofValues(
            "token budget", part.budgets().stream().mapToDouble(Integer::doubleValue).toArray());
    LineChart chart = new LineChart(x, Axis.linear("score, % (bars: 95 % interval)", 0, 100));
    chart.level(Slice.DENSE, Palette.DENSE, 100 * mean(part.denseRows()));
    for (String variant : part.variants()) {
      List<Point> points = new ArrayList<>();
      for (int budget : part.budgets()) {
        List<Row> rows = part.cell(variant, budget);
        if (budget > 0 && !rows.isEmpty()) {
          Interval wilson = wilson(rows);
          points.add(
              new Point(budget, 100 * mean(rows), 100 * wilson.low(), 100 * wilson.high(), ""));
        }
      }
      chart.line(variant, palette.of(variant), points);
    }
    return chart;
  }

  static double score(Row row) {
    double score = Numbers.result(row, "score");
    return Double.isFinite(score) ? score : 0;
  }

  static double mean(List<Row> rows) {
    return Numbers.mean(rows, ScoreSection::score);
  }

  private static Interval wilson(List<Row> rows) {
    return Wilson.interval(rows.stream().mapToDouble(ScoreSection::score).sum(), rows.size());
  }

  private static String share(List<Row> rows) {
    boolean graded = rows.stream().anyMatch(r -> score(r) > 0 && score(r) < 1);
    String percent = Numbers.fixed(100 * mean(rows), 1);
    if (graded) {
      return percent + " of 100, " + Grid.count(rows.size(), "answer");
    }
    int right = (int) rows.stream().filter(r -> score(r) >= 1).count();
    return Numbers.whole(right) + "/" + Numbers.whole(rows.size()) + " = " + percent + " %";
  }

  private static String interval(List<Row> rows) {
    Interval i = wilson(rows);
    return "[" + Numbers.fixed(100 * i.low(), 1) + ", " + Numbers.fixed(100 * i.high(), 1) + "]";
  }
}

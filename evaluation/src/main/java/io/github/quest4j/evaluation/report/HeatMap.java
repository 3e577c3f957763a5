package io.github.quest4j.evaluation.report;

import java.util.List;
import java.util.Locale;

/**
 * Shares by row and column, as colours and numbers.
 *
 * @param xLabel below
 * @param columns names, from the left
 * @param yLabel beside
 * @param rows names, from the top
 * @param shares 0 to 1, by row; NaN where nothing was measured
 * @param counts of items behind each share
 */
record HeatMap(
    String xLabel,
    List<String> columns,
    String yLabel,
    List<String> rows,
    double[][] shares,
    int[][] counts)
    implements Block.Drawing {

  private static final double LEFT = 55;
  private static final double CELL_HEIGHT = 24;

  @Override
  public void draw(Markup to, String caption) {
    double cellWidth = Math.max(38, 3 + 7 * longest());
    double width = Math.max(180, LEFT + columns.size() * cellWidth + 6);
    double bottom = 6 + rows.size() * CELL_HEIGHT;
    to.open(
        "svg",
        "viewBox",
        String.format(Locale.ROOT, "0 0 %.0f %.0f", width, bottom + 40),
        "width",
        width,
        "role",
        "img",
        "aria-label",
        caption);
    for (int r = 0; r < rows.size(); r++) {
      double y = 6 + r * CELL_HEIGHT;
      to.element("text", rows.get(r), "x", LEFT - 6, "y", y + 16, "text-anchor", "end");
      for (int c = 0; c < columns.size(); c++) {
        cell(to, LEFT + c * cellWidth, y, cellWidth, shares[r][c], counts[r][c]);
      }
    }
    for (int c = 0; c < columns.size(); c++) {
      double x = LEFT + (c + 0.5) * cellWidth;
      to.element("text", columns.get(c), "x", x, "y", bottom + 15, "text-anchor", "middle");
    }
    double middle = LEFT + columns.size() * cellWidth / 2;
    double start = Math.max(middle, xLabel.length() * 3.2 + 2);
    to.element("text", xLabel, "x", start, "y", bottom + 33, "text-anchor", "middle");
    to.element(
        "text",
        yLabel,
        "transform",
        String.format(Locale.ROOT, "translate(11 %.0f) rotate(-90)", 3 + bottom / 2),
        "text-anchor",
        "middle");
    to.close();
  }

  private int longest() {
    return columns.stream().mapToInt(String::length).max().orElse(0);
  }

  private static void cell(
      Markup to, double x, double y, double cellWidth, double share, int count) {
    boolean there = Double.isFinite(share);
    to.open(
        "rect",
        "x",
        x,
        "y",
        y,
        "width",
        cellWidth - 1,
        "height",
        CELL_HEIGHT - 1,
        "fill",
        there ? Palette.colour(share) : "none",
        "class",
        there ? "cell" : "cell grid");
    to.element("title", there ? Numbers.percent(share) + " of " + count : "not measured").close();
    if (there) {
      to.element(
          "text",
          Numbers.fixed(share * 100, 0),
          "x",
          x + cellWidth / 2,
          "y",
          y + 16,
          "text-anchor",
          "middle",
          "fill",
          Palette.ink(share),
          "class",
          "value");
    }
  }
}

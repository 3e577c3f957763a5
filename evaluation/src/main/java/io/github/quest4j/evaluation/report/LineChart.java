package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.report.Palette.Marker;
import io.github.quest4j.evaluation.report.Palette.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines, points and bands over two axes, as SVG whose text stays text: it is small, can be selected
 * and takes the colour of the page. (XChart draws each letter as an outline, 120 kB a picture.)
 */
final class LineChart implements Block.Drawing {

  private static final double WIDTH = 520;
  private static final double LEFT = 58;
  private static final double RIGHT = 14;
  private static final double TOP = 12;
  private static final double HEIGHT = 230;
  private static final double LETTER = 6.3;
  private static final double LEGEND_LINE = 18;

  private final Axis x;
  private final Axis y;
  private final List<Series> series = new ArrayList<>();

  /**
   * A point.
   *
   * @param low end of its interval; as high as y for none
   * @param high end of its interval
   * @param label beside it; empty for none
   */
  record Point(double x, double y, double low, double high, String label) {
    static Point of(double x, double y) {
      return new Point(x, y, y, y, "");
    }

    boolean drawable() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  private record Series(
      String name, Style style, boolean joined, boolean band, List<Point> points) {}

  LineChart(Axis x, Axis y) {
    this.x = x;
    this.y = y;
  }

  /** Points joined by a line, in the order of x. */
  LineChart line(String name, Style style, List<Point> points) {
    List<Point> sorted =
        points.stream().filter(Point::drawable).sorted((a, b) -> Double.compare(a.x, b.x)).toList();
    return add(new Series(name, style, true, false, sorted));
  }

  /** Points on their own, as circles if the style has no marker. */
  LineChart points(String name, Style style, List<Point> points) {
    Style seen =
        style.marker() == Marker.NONE ? new Style(style.colour(), Marker.CIRCLE, "") : style;
    return add(
        new Series(name, seen, false, false, points.stream().filter(Point::drawable).toList()));
  }

  /** The area between low and high of each point. */
  LineChart band(String name, Style style, List<Point> points) {
    return add(
        new Series(name, style, false, true, points.stream().filter(Point::drawable).toList()));
  }

  /** A level line across. */
  LineChart level(String name, Style style, double value) {
    return Double.isFinite(value)
        ? line(name, style, List.of(Point.of(x.low(), value), Point.of(x.high(), value)))
        : this;
  }

  private LineChart add(Series added) {
    if (!added.points.isEmpty()) {
      series.add(added);
    }
    return this;
  }

  @Override
  public void draw(Markup to, String caption) {
    double bottom = TOP + HEIGHT;
    List<Legend> legend = legend();
    double height = bottom + 46 + (legend.isEmpty() ? 0 : legend.getLast().line + 1) * LEGEND_LINE;
    to.open(
        "svg",
        "viewBox",
        String.format(Locale.ROOT, "0 0 %.0f %.0f", WIDTH, height),
        "width",
        WIDTH,
        "role",
        "img",
        "aria-label",
        caption);
    axes(to, bottom);
    for (int i = 0; i < series.size(); i++) {
      draw(to, series.get(i), (i - (series.size() - 1) / 2.0) * 3);
    }
    for (Legend entry : legend) {
      double at = bottom + 56 + entry.line * LEGEND_LINE;
      sample(to, entry.series, entry.x, at);
      to.element("text", entry.series.name, "x", entry.x + 32, "y", at + 4);
    }
    to.close();
  }

  private void axes(Markup to, double bottom) {
    double before = Double.NEGATIVE_INFINITY;
    for (Axis.Tick tick : y.ticks()) {
      double at = py(tick.value());
      to.empty("line", "class", "grid", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", at, "y2", at);
      to.element("text", tick.text(), "x", LEFT - 6, "y", at + 4, "text-anchor", "end");
    }
    for (Axis.Tick tick : x.ticks()) {
      double at = px(tick.value());
      to.empty("line", "class", "grid", "x1", at, "x2", at, "y1", TOP, "y2", bottom);
      double half = tick.text().length() * LETTER / 2 + 3;
      if (at - half >= before) {
        to.element("text", tick.text(), "x", at, "y", bottom + 16, "text-anchor", "middle");
        before = at + half;
      }
    }
    to.empty(
        "path",
        "class",
        "frame",
        "d",
        Strokes.path(List.of(LEFT, TOP, LEFT, bottom, WIDTH - RIGHT, bottom)));
    double middle = LEFT + (WIDTH - LEFT - RIGHT) / 2;
    to.element("text", x.label(), "x", middle, "y", bottom + 35, "text-anchor", "middle");
    to.element(
        "text",
        y.label(),
        "transform",
        String.format(Locale.ROOT, "translate(13 %.0f) rotate(-90)", TOP + HEIGHT / 2),
        "text-anchor",
        "middle");
  }

  private void draw(Markup to, Series s, double shift) {
    if (s.band) {
      List<Double> around = new ArrayList<>();
      s.points.forEach(p -> around.addAll(List.of(px(p.x), py(p.high))));
      s.points.reversed().forEach(p -> around.addAll(List.of(px(p.x), py(p.low))));
      to.empty(
          "path",
          "d",
          Strokes.path(around) + "Z",
          "fill",
          s.style.colour(),
          "fill-opacity",
          "0.25");
      return;
    }
    boolean intervals = s.points.stream().anyMatch(p -> p.high > p.low);
    double move = intervals ? shift : 0;
    if (s.joined) {
      List<Double> along = new ArrayList<>();
      s.points.forEach(p -> along.addAll(List.of(px(p.x) + move, py(p.y))));
      Strokes.stroke(to, s.style, Strokes.path(along));
    }
    for (Point p : s.points) {
      double at = px(p.x) + move;
      if (p.high > p.low) {
        to.empty(
            "line",
            "x1",
            at,
            "x2",
            at,
            "y1",
            py(p.low),
            "y2",
            py(p.high),
            "stroke",
            s.style.colour(),
            "stroke-opacity",
            "0.45",
            "stroke-width",
            "2");
      }
      Strokes.marker(to, s.style, at, py(p.y));
      if (!p.label.isEmpty()) {
        boolean atEdge = at > WIDTH - 60;
        to.element(
            "text",
            p.label,
            "x",
            atEdge ? at - 6 : at + 6,
            "y",
            py(p.y) - 6,
            "class",
            "label",
            "text-anchor",
            atEdge ? "end" : "start");
      }
    }
  }

  private static void sample(Markup to, Series s, double from, double at) {
    if (s.band) {
      to.empty(
          "rect",
          "x",
          from,
          "y",
          at - 5,
          "width",
          26.0,
          "height",
          10.0,
          "fill",
          s.style.colour(),
          "fill-opacity",
          "0.25");
      return;
    }
    if (s.joined) {
      Strokes.stroke(to, s.style, Strokes.path(List.of(from, at, from + 26, at)));
    }
    Strokes.marker(to, s.style, from + 13, at);
  }

  private double px(double value) {
    return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return TOP + (1 - y.place(value)) * HEIGHT;
  }

  private record Legend(Series series, double x, int line) {}

  private List<Legend> legend() {
    List<Legend> entries = new ArrayList<>();
    double at = LEFT;
    int line = 0;
    for (Series s : series) {
      double width = 32 + s.name.length() * LETTER + 14;
      if (at > LEFT && at + width > WIDTH) {
        at = LEFT;
        line++;
      }
      entries.add(new Legend(s, at, line));
      at += width;
    }
    return entries;
  }
}

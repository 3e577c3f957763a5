package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.report.Palette.Style;
import java.util.List;
import java.util.Locale;

/** Lines and markers of a picture. */
final class Strokes {

  private Strokes() {}

  /** A line along a path. */
  static void stroke(Markup to, Style style, String path) {
    to.empty(
        "path",
        "d",
        path,
        "fill",
        "none",
        "stroke",
        style.colour(),
        "stroke-width",
        "2",
        "stroke-linejoin",
        "round",
        "stroke-dasharray",
        style.dash().isEmpty() ? "none" : style.dash());
  }

  /** The style's marker around a point. */
  static void marker(Markup to, Style style, double x, double y) {
    double r = 4;
    switch (style.marker()) {
      case NONE -> {}
      case CIRCLE -> to.empty("circle", "cx", x, "cy", y, "r", r, "fill", style.colour());
      case SQUARE ->
          to.empty(
              "rect",
              "x",
              x - 3.5,
              "y",
              y - 3.5,
              "width",
              7.0,
              "height",
              7.0,
              "fill",
              style.colour());
      case TRIANGLE -> shape(to, style, x, y - r, x + r, y + r, x - r, y + r);
      case DOWN -> shape(to, style, x, y + r, x + r, y - r, x - r, y - r);
      case DIAMOND -> shape(to, style, x, y - 5, x + 5, y, x, y + 5, x - 5, y);
      case CROSS -> cross(to, style, x - r, y - r, x + r, y + r, x - r, y + r, x + r, y - r);
      case RING ->
          to.empty(
              "circle",
              "cx",
              x,
              "cy",
              y,
              "r",
              "8",
              "fill",
              "none",
              "stroke",
              style.colour(),
              "stroke-width",
              "2");
      case PLUS -> cross(to, style, x - 5, y, x + 5, y, x, y - 5, x, y + 5);
    }
  }

  private static void shape(Markup to, Style style, Double... corners) {
    to.empty("path", "d", path(List.of(corners)) + "Z", "fill", style.colour());
  }

  private static void cross(Markup to, Style style, Double... ends) {
    List<Double> all = List.of(ends);
    to.empty(
        "path",
        "d",
        path(all.subList(0, 4)) + path(all.subList(4, 8)),
        "stroke",
        style.colour(),
        "stroke-width",
        "2.5",
        "fill",
        "none");
  }

  /** A path from corner to corner. */
  static String path(List<Double> coordinates) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < coordinates.size(); i += 2) {
      d.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              i == 0 ? "M" : "L",
              coordinates.get(i),
              coordinates.get(i + 1)));
    }
    return d.toString();
  }
}

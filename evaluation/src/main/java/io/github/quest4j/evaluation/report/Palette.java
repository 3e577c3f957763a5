package io.github.quest4j.evaluation.report;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The look of each line, the same in all pictures of a report. The colours are those of Okabe and
 * Ito that stand out on white and on black; markers and dashes tell lines apart without colour.
 */
final class Palette {

  /** Dense attention, in the colour of the text. */
  static final Style DENSE = new Style("currentColor", Marker.NONE, "6 4");

  /** A ring around what was chosen. */
  static final Style CHOSEN = new Style("currentColor", Marker.RING, "");

  private static final List<String> COLOURS =
      List.of("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A7B00");
  private static final List<String> DASHES = List.of("", "8 3", "2 3");

  /** Magenta to yellow by way of blue and green, even in lightness, dark to light. */
  private static final int[][] SCALE = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}
  };

  private final Map<String, Style> styles = new HashMap<>();

  /** A shape at each point of a line. */
  enum Marker {
    NONE,
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND,
    DOWN,
    CROSS,
    PLUS,
    RING
  }

  /**
   * How a line is drawn.
   *
   * @param colour as SVG names it
   * @param dash as {@code stroke-dasharray}; empty for none
   */
  record Style(String colour, Marker marker, String dash) {}

  /** Gives each name a style; those named first are told apart best. */
  Palette(Collection<String> names) {
    for (String name : names) {
      styles.putIfAbsent(name, style(styles.size()));
    }
  }

  Style of(String name) {
    return styles.getOrDefault(name, DENSE);
  }

  private static Style style(int i) {
    Marker[] markers = Marker.values();
    return new Style(
        COLOURS.get(i % COLOURS.size()),
        markers[1 + (i + i / COLOURS.size() * 3) % (markers.length - 2)],
        DASHES.get(i / COLOURS.size() % DASHES.size()));
  }

  /** The colour of a share from 0 to 1. */
  static String colour(double share) {
    int[] rgb = mix(share);
    return String.format(Locale.ROOT, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  }

  /** Black or white, whichever is read better on the colour of a share. */
  static String ink(double share) {
    int[] rgb = mix(share);
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 125 ? "#000" : "#fff";
  }

  private static int[] mix(double share) {
    double place = Math.clamp(share, 0, 1) * (SCALE.length - 1);
    int from = Math.min((int) place, SCALE.length - 2);
    double part = place - from;
    int[] rgb = new int[3];
    for (int c = 0; c < 3; c++) {
      rgb[c] = (int) Math.round(SCALE[from][c] * (1 - part) + SCALE[from + 1][c] * part);
    }
    return rgb;
  }
}

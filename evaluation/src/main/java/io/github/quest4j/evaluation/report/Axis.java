package io.github.quest4j.evaluation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * From values to places on one side of a picture.
 *
 * @param label what is measured, and its unit
 * @param logarithmic equal factors are equally far apart
 * @param low value at the start
 * @param high value at the end
 * @param ticks where numbers stand
 */
record Axis(String label, boolean logarithmic, double low, double high, List<Tick> ticks) {

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final int MOST_TICKS = 9;

  /** A number on an axis. */
  record Tick(double value, String text) {}

  /** A logarithmic axis with a number at each of the values. */
  static Axis ofValues(String label, double[] values) {
    double[] distinct = Arrays.stream(values).filter(v -> v > 0).sorted().distinct().toArray();
    if (distinct.length == 0) {
      return linear(label, 0, 1);
    }
    int step = (distinct.length + MOST_TICKS - 1) / MOST_TICKS;
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < distinct.length; i += step) {
      ticks.add(new Tick(distinct[i], Numbers.plain(distinct[i]).replace(",", "")));
    }
    double pad = 1.25;
    return new Axis(label, true, distinct[0] / pad, distinct[distinct.length - 1] * pad, ticks);
  }

  /** A linear axis with round numbers, from at most {@code low} to at least {@code high}. */
  static Axis linear(String label, double low, double high) {
    double top = high > low ? high : low + 1;
    double step = step(top - low);
    double first = Math.floor(low / step + 1e-9) * step;
    double last = Math.ceil(top / step - 1e-9) * step;
    return new Axis(label, false, first, last, ticks(first, last, step));
  }

  /** A logarithmic axis with powers of ten, or round numbers where it spans less than that. */
  static Axis logarithmic(String label, double low, double high) {
    if (high / low < 12) {
      Axis even = linear(label, low, high);
      double first = even.low > 0 ? even.low : low;
      return new Axis(
          label,
          true,
          first,
          even.high,
          even.ticks.stream().filter(t -> t.value >= first).toList());
    }
    int first = (int) Math.floor(Math.log10(low) + 1e-9);
    int last = (int) Math.ceil(Math.log10(high) - 1e-9);
    int step = (last - first + 7) / 8;
    List<Tick> ticks = new ArrayList<>();
    for (int e = first; e <= last; e += step) {
      ticks.add(new Tick(Math.pow(10, e), power(e)));
    }
    return new Axis(label, true, Math.pow(10, first), Math.pow(10, last), ticks);
  }

  /** Round bounds around all values that are there, linear or, for wide spans, logarithmic. */
  static Axis around(String label, DoubleStream values, double factorForLog) {
    double[] there = values.filter(Double::isFinite).toArray();
    if (there.length == 0) {
      return linear(label, 0, 1);
    }
    double low = Arrays.stream(there).min().orElseThrow();
    double high = Arrays.stream(there).max().orElseThrow();
    if (low > 0 && high / low > factorForLog) {
      return logarithmic(label, low, high);
    }
    return linear(label, low, high > low ? high : low + Math.max(1e-3, Math.abs(low) / 10));
  }

  /** Where a value lies, from 0 to 1. What lies outside is put on the edge. */
  double place(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return Math.clamp(share, 0, 1);
  }

  private static double step(double span) {
    double raw = span / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double lead = raw / power;
    return power * (lead <= 1.01 ? 1 : lead <= 2.01 ? 2 : lead <= 5.01 ? 5 : 10);
  }

  private static List<Tick> ticks(double first, double last, double step) {
    int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    List<Tick> ticks = new ArrayList<>();
    long count = Math.round((last - first) / step);
    for (long i = 0; i <= count; i++) {
      double value = first + i * step;
      ticks.add(new Tick(value, String.format(Locale.ROOT, "%." + digits + "f", value)));
    }
    return ticks;
  }

  private static String power(int exponent) {
    if (exponent >= -2 && exponent <= 3) {
      return exponent >= 0
          ? String.format(Locale.ROOT, "%.0f", Math.pow(10, exponent))
          : String.format(Locale.ROOT, "%." + -exponent + "f", Math.pow(10, exponent));
    }
    StringBuilder text = new StringBuilder("10");
    if (exponent < 0) {
      text.append('⁻');
    }
    Integer.toString(Math.abs(exponent))
        .chars()
        .forEach(c -> text.append(SUPERSCRIPTS.charAt(c - '0')));
    return text.toString();
  }
}

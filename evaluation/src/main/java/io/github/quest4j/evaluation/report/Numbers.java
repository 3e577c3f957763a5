package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Numbers out of rows, and how they are written. A number that is not there is NaN. */
final class Numbers {

  static final String NONE = "–";

  private Numbers() {}

  static double of(Map<?, ?> map, String key) {
    return map.get(key) instanceof Number n ? n.doubleValue() : Double.NaN;
  }

  static double result(Row row, String key) {
    return of(row.result(), key);
  }

  /** The maps of a list of maps; empty if there is none. */
  static List<Map<?, ?>> maps(Row row, String key) {
    if (!(row.result().get(key) instanceof List<?> list)) {
      return List.of();
    }
    return list.stream().<Map<?, ?>>mapMulti(Numbers::ifMap).toList();
  }

  private static void ifMap(Object value, Consumer<Map<?, ?>> to) {
    if (value instanceof Map<?, ?> map) {
      to.accept(map);
    }
  }

  /** The mean of the values that are there. */
  static <T> double mean(Collection<T> all, ToDoubleFunction<? super T> value) {
    return all.stream().mapToDouble(value).filter(Double::isFinite).average().orElse(Double.NaN);
  }

  /** The mean by weight of the values that are there. */
  static <T> double mean(
      Collection<T> all, ToDoubleFunction<? super T> value, ToDoubleFunction<? super T> weight) {
    double sum = 0;
    double weights = 0;
    for (T t : all) {
      double v = value.applyAsDouble(t);
      double w = weight.applyAsDouble(t);
      if (Double.isFinite(v) && w > 0) {
        sum += v * w;
        weights += w;
      }
    }
    return weights > 0 ? sum / weights : Double.NaN;
  }

  /** The sum of the values that are there; NaN if none is. */
  static <T> double sum(Collection<T> all, ToDoubleFunction<? super T> value) {
    double[] there = all.stream().mapToDouble(value).filter(Double::isFinite).toArray();
    double sum = 0;
    for (double v : there) {
      sum += v;
    }
    return there.length == 0 ? Double.NaN : sum;
  }

  static String whole(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,d", Math.round(value)) : NONE;
  }

  static String fixed(double value, int digits) {
    return Double.isFinite(value)
        ? minus(String.format(Locale.ROOT, "%,." + digits + "f", value))
        : NONE;
  }

  static String percent(double share) {
    double percent = share * 100;
    boolean small = percent != 0 && Math.abs(percent) < 0.1; // would read as none
    return Double.isFinite(share) ? fixed(percent, small ? 3 : 1) + " %" : NONE;
  }

  /** Three significant digits, as a power of ten where a plain number would be hard to read. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e12) {
      return minus(String.format(Locale.ROOT, "%,d", (long) value));
    }
    if (size < 1e-3 || size >= 1e6) {
      return minus(String.format(Locale.ROOT, "%.2e", value));
    }
    return fixed(value, size < 0.1 ? 4 : size < 10 ? 3 : size < 1000 ? 1 : 0);
  }

  /** Bytes in the unit that leaves one to four digits. */
  static String bytes(double bytes) {
    if (!Double.isFinite(bytes)) {
      return NONE;
    }
    if (bytes < 1024) {
      return whole(bytes) + " B";
    }
    return bytes < 1024 * 1024
        ? fixed(bytes / 1024, 1) + " KiB"
        : fixed(bytes / 1024 / 1024, 2) + " MiB";
  }

  static String probability(double p) {
    return p < 0.001 ? "p < 0.001" : "p = " + fixed(p, p < 0.1 ? 3 : 2);
  }

  static String seconds(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return fixed(seconds, 1) + " s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%d min %d s", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d h %d min", s / 3600, s % 3600 / 60);
  }

  private static String minus(String number) {
    return number.replace('-', '−');
  }
}

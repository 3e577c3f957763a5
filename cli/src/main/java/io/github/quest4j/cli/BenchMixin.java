package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.Schedule;
import io.github.quest4j.benchmarks.Spread;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options of all benchmarks, and how their figures are shown. */
final class BenchMixin {

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "repetitions that count (default: ${DEFAULT-VALUE})")
  int repetitions;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "warm-up at most; it ends when two repetitions agree within 3 %% (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "of keys, values and tokens (default: ${DEFAULT-VALUE})")
  long seed;

  Schedule schedule() {
    return new Schedule(repetitions, warmUp);
  }

  static Map<String, Object> json(Spread spread) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("min", spread.min());
    json.put("median", spread.median());
    json.put("max", spread.max());
    return json;
  }

  /** {@code "123.4 (120.0 to 125.1)"}. */
  static String text(Spread spread) {
    String number = spread.median() < 10 ? "%.2f" : "%.1f";
    return String.format(
        Locale.ROOT,
        number + " (" + number + " to " + number + ")",
        spread.median(),
        spread.min(),
        spread.max());
  }

  /** Says so where a warm-up did not settle. */
  static void noteUnlessSettled(boolean settled, CommonMixin common) {
    if (!settled) {
      common.note(
          "the warm-up ended before two repetitions agreed within 3 %: the machine is busy, or --warm-up is too short");
    }
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.SoakPlan;
import io.github.quest4j.benchmarks.load.SoakReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code quest bench soak}'s result, as a text and as one JSON object. */
final class BenchSoakReport {

  private static final int BYTES = 1 << 20;

  private BenchSoakReport() {}

  static Map<String, Object> json(SoakReport report) {
    SoakPlan plan = report.plan();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seconds", report.seconds());
    json.put("clients", plan.clients());
    json.put("questions", plan.questions());
    json.put("vanishing", plan.vanishing());
    json.put("bad", plan.bad());
    json.put("rude", plan.rude());
    json.put("seed", plan.seed());
    json.put("requests", report.counts().requests());
    json.put("compared", report.counts().compared());
    json.put("wrong", report.counts().wrong());
    json.put("equal_alone_at_end", report.again());
    json.put("by_manner", report.counts().byManner());
    json.put("told", report.counts().told());
    json.put("after_warm_up", report.before().gauges());
    json.put("at_end", report.after().gauges());
    json.put("problems", report.problems());
    json.put("interrupted", report.interrupted());
    return json;
  }

  static String text(SoakReport report) {
    List<String> lines = new ArrayList<>();
    report
        .counts()
        .byManner()
        .forEach((manner, ends) ->
            ends.forEach((end, count) -> lines.add(line(manner, end, String.valueOf(count)))));
    lines.add("");
    lines.add(
        "%d requests, %d answers compared, %d wrong; %d of %d questions alone at the end as before"
            .formatted(
                report.counts().requests(),
                report.counts().compared(),
                report.counts().wrong(),
                report.again(),
                report.plan().questions()));
    lines.add("");
    lines.add(line("", "after the warm-up", "at the end"));
    report
        .before()
        .gauges()
        .forEach((name, value) -> lines.add(gauge(name, value, report.after().of(name))));
    lines.add(
        gauge(
            "process_without_kv_bytes",
            SoakReport.besidesCache(report.before()),
            SoakReport.besidesCache(report.after())));
    lines.add("");
    report.counts().told().forEach(lines::add);
    lines.add(
        report.problems().isEmpty()
            ? "nothing was lost"
            : String.join(System.lineSeparator(), report.problems()));
    return String.join(System.lineSeparator(), lines);
  }

  private static String gauge(String name, double before, double after) {
    return name.endsWith("_bytes")
        ? line(
            name.replace("_bytes", ", MiB"),
            String.format(Locale.ROOT, "%.1f", before / BYTES),
            String.format(Locale.ROOT, "%.1f", after / BYTES))
        : line(
            name,
            String.format(Locale.ROOT, "%.0f", before),
            String.format(Locale.ROOT, "%.0f", after));
  }

  private static String line(String first, String second, String third) {
    return "%-32s %-28s %12s".formatted(first, second, third).stripTrailing();
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.Spread;
import io.github.quest4j.benchmarks.load.Figure;
import io.github.quest4j.benchmarks.load.LoadReport;
import io.github.quest4j.benchmarks.load.LoadReport.Server;
import io.github.quest4j.benchmarks.load.Outcome;
import io.github.quest4j.benchmarks.load.Percentiles;
import io.github.quest4j.benchmarks.load.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** {@code quest bench serve}'s result as a text. */
final class BenchServeText {

  // What is not shared and yet cached was there before.
  private static final double SUSPICIOUS_SHARE = 0.25;
  private static final double BUSY_CLIENT = 0.1; // cores
  private static final double WARM_CLIENT = 5; // seconds, in which the JVM compiles what is hot

  private BenchServeText() {}

  static String of(LoadReport report) {
    List<String> lines = new ArrayList<>();
    for (Server server : report.servers()) {
      server(lines, server);
      lines.add("");
    }
    if (report.servers().size() > 1) {
      lines.add("ratios, the first server's to the second's, median and range of the rounds");
      for (Figure figure : Figure.values()) {
        report.ratio(figure).ifPresent(ratio -> lines.add(line(figure.title(), text(ratio))));
      }
      lines.add("");
    }
    return String.join("\n", lines).stripTrailing();
  }

  private static void server(List<String> lines, Server server) {
    List<Outcome> outcomes = server.outcomes();
    lines.add(server.target() + ", model " + server.model());
    long finished = outcomes.stream().filter(Outcome::finished).count();
    lines.add(line("requests", finished + " of " + outcomes.size() + " finished"));
    if (!server.failures().isEmpty()) {
      lines.add(line("failures", counts(server.failures())));
    }
    server
        .retryAfter()
        .ifPresent(after -> lines.add(line("asked to retry after, s", BenchMixin.text(after))));
    ToDoubleFunction<Outcome> prompt =
        o -> o.promptTokens().isPresent() ? o.promptTokens().getAsInt() : Double.NaN;
    boolean told = outcomes.stream().filter(Outcome::finished).allMatch(Outcome::outputTold);
    if (finished > 0) {
      lines.add(line("", "%10s %10s %10s %10s".formatted("50 %", "90 %", "99 %", "max")));
    }
    row(lines, "prompt tokens", server.percentiles(prompt), 1, 0);
    row(
        lines,
        told ? "output tokens" : "output tokens (events counted)",
        server.percentiles(Outcome::outputTokens),
        1,
        0);
    row(lines, "first token, ms", server.percentiles(Outcome::timeToFirstToken), 1e3, 1);
    row(lines, "time per token, ms", server.percentiles(Outcome::timePerToken), 1e3, 1);
    row(lines, "longest pause, ms", server.percentiles(Outcome::longestPause), 1e3, 1);
    row(lines, "latency, ms", server.percentiles(Outcome::latency), 1e3, 1);
    server
        .cachedShare()
        .ifPresent(share ->
            lines.add(
                line(
                    "prompt tokens from its cache",
                    String.format(Locale.ROOT, "%.1f %%", 100 * share))));
    for (Figure figure : Figure.values()) {
      if (figure != Figure.TTFT_S
          && figure != Figure.TIME_PER_TOKEN_S
          && figure != Figure.LATENCY_S) {
        server.spread(figure).ifPresent(spread -> lines.add(line(figure.title(), text(spread))));
      }
    }
    for (Round round : server.rounds()) {
      round
          .intrusion()
          .ifPresent(intrusion -> {
            lines.add(
                line(
                    "intruder's prompt, tokens; step before, ms",
                    String.format(
                        Locale.ROOT,
                        "%d; %.1f",
                        intrusion.tokens(),
                        1e3 * intrusion.medianStep())));
            row(lines, "steps meanwhile, ms", Optional.of(intrusion.pauses()), 1e3, 1);
          });
    }
    double[] shares = server.rounds().stream().mapToDouble(Round::clientShare).toArray();
    if (shares.length > 0) {
      lines.add(
          line(
              "processor time of this client",
              String.format(Locale.ROOT, "%.1f %% of a core", 100 * Spread.of(shares).median())));
    }
  }

  private static void row(
      List<String> lines,
      String name,
      Optional<Percentiles> percentiles,
      double factor,
      int digits) {
    String number = "%10." + digits + "f";
    percentiles.ifPresent(p ->
        lines.add(
            line(
                name,
                String.format(
                    Locale.ROOT,
                    String.join(" ", number, number, number, number),
                    factor * p.p50(),
                    factor * p.p90(),
                    factor * p.p99(),
                    factor * p.max()))));
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "  %-42s %s", name, value).stripTrailing();
  }

  private static String text(Spread spread) {
    if (spread.min() == spread.max()) {
      return String.format(Locale.ROOT, spread.median() < 10 ? "%.3f" : "%.1f", spread.median());
    }
    return spread.median() < 1
        ? String.format(
            Locale.ROOT, "%.3f (%.3f to %.3f)", spread.median(), spread.min(), spread.max())
        : BenchMixin.text(spread);
  }

  private static String counts(Map<String, Long> failures) {
    return failures.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** What a reader must know to believe the figures. */
  static List<String> notes(LoadReport report) {
    List<String> notes = new ArrayList<>();
    if (!report.calibration().measured()) {
      notes.add(
          "%s tells no token counts: the lengths of prompts are a guess, and events with text count as tokens"
              .formatted(report.servers().getFirst().target().name()));
    }
    for (Server server : report.servers()) {
      String name = server.target().name();
      if (report.plan().intrusion().isPresent()
          && server.rounds().stream().anyMatch(round -> round.intrusion().isEmpty())) {
        notes.add(
            "%s: no stream ran before and while the long prompt was read: give another --intrude-after or more --output-tokens"
                .formatted(name));
      }
      server
          .firstFailure()
          .ifPresent(failure -> notes.add(name + ", first failure: " + failure.detail()));
      long shorter =
          server.outcomes().stream()
              .filter(o -> o.finished() && o.outputTokens() < o.maxTokens())
              .count();
      if (shorter > 0) {
        notes.add(
            "%s: %d answers were shorter than asked for, so that servers are not compared on equal work"
                .formatted(name, shorter));
      }
      if (report.plan().document().isEmpty()
          && server.cachedBehind(report.calibration().overhead()).orElse(0) > SUSPICIOUS_SHARE) {
        notes.add(
            "%s had prompts in its cache, from an earlier run with this seed: give another --seed"
                .formatted(name));
      }
      if (server.rounds().stream()
          .anyMatch(round -> round.seconds() > WARM_CLIENT && round.clientShare() > BUSY_CLIENT)) {
        notes.add(
            "this client took more than a tenth of a core while %s was measured: where it shares the server's machine, it slows it"
                .formatted(name));
      }
    }
    return notes;
  }
}

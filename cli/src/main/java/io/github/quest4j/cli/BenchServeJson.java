package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.Figure;
import io.github.quest4j.benchmarks.load.LoadPlan;
import io.github.quest4j.benchmarks.load.LoadReport;
import io.github.quest4j.benchmarks.load.LoadReport.Server;
import io.github.quest4j.benchmarks.load.Outcome;
import io.github.quest4j.benchmarks.load.Percentiles;
import io.github.quest4j.benchmarks.load.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** {@code quest bench serve}'s result as one JSON object; times are in seconds. */
final class BenchServeJson {

  private BenchServeJson() {}

  static Map<String, Object> of(LoadReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("load", load(report.plan()));
    Map<String, Object> calibration = new LinkedHashMap<>();
    calibration.put("measured", report.calibration().measured());
    calibration.put("characters_per_token", report.calibration().charactersPerToken());
    calibration.put("overhead_tokens", report.calibration().overhead());
    json.put("calibration", calibration);
    json.put("servers", report.servers().stream().map(BenchServeJson::server).toList());
    if (report.servers().size() > 1) {
      Map<String, Object> ratios = new LinkedHashMap<>();
      for (Figure figure : Figure.values()) {
        report.ratio(figure).ifPresent(ratio -> ratios.put(name(figure), BenchMixin.json(ratio)));
      }
      json.put("ratios", ratios);
    }
    json.put("interrupted", report.interrupted());
    return json;
  }

  private static Map<String, Object> load(LoadPlan plan) {
    Map<String, Object> load = new LinkedHashMap<>();
    load.put("loop", plan.streams() > 0 ? "closed" : "open");
    if (plan.streams() > 0) {
      load.put("streams", plan.streams());
    } else {
      load.put("rate", plan.rate());
    }
    if (plan.requests() > 0) {
      load.put("requests", plan.requests());
    }
    if (plan.seconds() > 0) {
      load.put("duration_s", plan.seconds());
    }
    load.put("prompt_tokens", plan.promptTokens().toString());
    load.put("output_tokens", plan.outputTokens().toString());
    plan.document()
        .ifPresent(document -> {
          Map<String, Object> shared = new LinkedHashMap<>();
          if (document.text().isEmpty()) {
            shared.put("tokens", document.tokens());
          } else {
            shared.put("characters", document.text().length());
          }
          shared.put("together", document.together());
          load.put("shared_document", shared);
        });
    plan.intrusion()
        .ifPresent(intrusion -> {
          load.put("intrude_tokens", intrusion.tokens());
          load.put("intrude_after_s", intrusion.after());
        });
    load.put("ignore_eos", plan.ignoreEos());
    load.put("warm_up", plan.warmUp());
    load.put("seed", plan.seed());
    return load;
  }

  private static Map<String, Object> server(Server server) {
    List<Outcome> outcomes = server.outcomes();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("url", server.target().name());
    json.put("endpoint", server.target().endpoint().name().toLowerCase(Locale.ROOT));
    json.put("model", server.model());
    json.put("requests", outcomes.size());
    json.put("finished", outcomes.stream().filter(Outcome::finished).count());
    json.put("failures", server.failures());
    server.retryAfter().ifPresent(after -> json.put("retry_after_s", BenchMixin.json(after)));
    json.put("output_tokens", finishedTokens(outcomes));
    json.put(
        "shorter_than_asked",
        outcomes.stream().filter(o -> o.finished() && o.outputTokens() < o.maxTokens()).count());
    json.put(
        "output_tokens_from",
        outcomes.stream().filter(Outcome::finished).allMatch(Outcome::outputTold)
            ? "usage"
            : "events");
    put(
        json,
        "prompt_tokens",
        server,
        o -> o.promptTokens().stream().asDoubleStream().findFirst().orElse(Double.NaN));
    server.cachedShare().ifPresent(share -> json.put("cached_share", share));
    put(json, "ttft_s", server, Outcome::timeToFirstToken);
    put(json, "time_per_token_s", server, Outcome::timePerToken);
    put(json, "longest_pause_s", server, Outcome::longestPause);
    put(json, "latency_s", server, Outcome::latency);
    put(json, "sent_late_s", server, o -> (o.sent() - o.intended()) / 1e9);
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Figure figure : Figure.values()) {
      server.spread(figure).ifPresent(spread -> figures.put(name(figure), BenchMixin.json(spread)));
    }
    json.put("figures", figures);
    List<Map<String, Object>> rounds = new ArrayList<>();
    server.rounds().forEach(round -> rounds.add(round(round)));
    json.put("rounds", rounds);
    return json;
  }

  private static long finishedTokens(List<Outcome> outcomes) {
    return outcomes.stream().filter(Outcome::finished).mapToLong(Outcome::outputTokens).sum();
  }

  private static Map<String, Object> round(Round round) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seconds", round.seconds());
    json.put("requests", round.outcomes().size());
    json.put("finished", round.finished().count());
    for (Figure figure : Figure.values()) {
      double value = figure.of(round);
      if (Double.isFinite(value)) {
        json.put(name(figure), value);
      }
    }
    round
        .intrusion()
        .ifPresent(intrusion -> {
          json.put("intruder_tokens", intrusion.tokens());
          json.put("step_before_s", intrusion.medianStep());
          json.put("pauses_meanwhile_s", json(intrusion.pauses()));
        });
    json.put("client_cores", round.clientShare());
    return json;
  }

  private static void put(
      Map<String, Object> json, String name, Server server, ToDoubleFunction<Outcome> value) {
    Optional<Percentiles> percentiles = server.percentiles(value);
    percentiles.ifPresent(found -> json.put(name, json(found)));
  }

  private static Map<String, Object> json(Percentiles percentiles) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", percentiles.count());
    json.put("p50", percentiles.p50());
    json.put("p90", percentiles.p90());
    json.put("p99", percentiles.p99());
    json.put("max", percentiles.max());
    return json;
  }

  private static String name(Figure figure) {
    return figure.name().toLowerCase(Locale.ROOT);
  }
}

package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Invented rows of all tasks that look like measured ones; the same every time. */
final class SampleRows {

  static final String MODEL = "SmolLM2-135M-Instruct-Q4_1.gguf";

  private static final List<String> SELECTORS =
      List.of("quest/minmax", "quest/sketch", "quest/meanstd", "h2o", "tova", "streaming");
  private static final int[] BUDGETS = {64, 128, 256, 512, 1024};
  private static final int[] LENGTHS = {2048, 4096, 8192, 16384};

  private final RandomGenerator random = new SplittableRandom(7);
  private final List<Row> rows = new ArrayList<>();

  private SampleRows() {}

  static List<Row> all() {
    SampleRows sample = new SampleRows();
    sample.passkey();
    sample.graded("longbench", "qasper");
    sample.graded("longbench", "triviaqa");
    sample.perplexity();
    sample.adaptive();
    sample.recall();
    sample.missed();
    sample.ablation();
    sample.add(
        "speed", "a", Map.of(), "quest/sketch", 256, Map.of(), Map.of("ms", 12.5, "ok", true));
    return sample.rows;
  }

  private static double skill(String selector, int budget) {
    double ease = Math.log(budget / 32.0) / Math.log(32);
    return switch (selector) {
      case "quest/sketch" -> Math.min(1, 0.7 + 0.4 * ease);
      case "quest/minmax" -> Math.min(1, 0.3 + 0.7 * ease);
      case "quest/meanstd" -> Math.min(1, 0.4 + 0.5 * ease);
      default -> 0.05 + 0.1 * ease;
    };
  }

  private void passkey() {
    for (int length : LENGTHS) {
      for (int d = 0; d < 5; d++) {
        for (int n = 0; n < 2; n++) {
          String item = length + "-" + d + "-" + n;
          Map<String, Object> labels = ordered("length", length, "depth", d / 4.0);
          double answer = random.nextDouble() < 0.95 ? 1 : 0;
          add(
              "passkey",
              item,
              labels,
              "dense",
              0,
              Map.of("seed", 1),
              score(answer, length, length));
          for (String selector : SELECTORS) {
            for (int budget : BUDGETS) {
              double right = random.nextDouble() < skill(selector, budget) ? 1 : 0;
              add(
                  "passkey",
                  item,
                  labels,
                  selector,
                  budget,
                  Map.of("seed", 1, "page_size", 16),
                  score(right, budget, length));
            }
          }
        }
      }
    }
  }

  private void graded(String task, String kind) {
    for (int n = 0; n < 12; n++) {
      Map<String, Object> labels = ordered("kind", kind, "length", 4096);
      double base = random.nextDouble();
      add(task, kind + n, labels, "dense", 0, Map.of(), score(base, 4096, 4096));
      for (String selector : SELECTORS.subList(0, 4)) {
        for (int budget : BUDGETS) {
          double score = Math.min(1, base * (0.3 + 0.7 * skill(selector, budget)));
          add(task, kind + n, labels, selector, budget, Map.of(), score(score, budget, 4096));
        }
      }
    }
  }

  private Map<String, Object> score(double score, int read, int length) {
    String answer =
        score >= 1 ? "12345. Remember it." : "The grass is <b>green</b> & the sky is blue.";
    Map<String, Object> result = cost(read, length, 110);
    result.put("score", score);
    result.put("answer", answer);
    return result;
  }

  private static Map<String, Object> cost(int read, int length, int steps) {
    Map<String, Object> cost = new LinkedHashMap<>();
    double kv = 11_520.0;
    boolean sparse = read < length;
    cost.put("steps", steps);
    cost.put("selections", sparse ? steps * 28L : 0L);
    cost.put("tokens_read_mean", (double) read);
    cost.put("bytes_per_token", read * kv + (sparse ? length * kv / 16 : 0));
    cost.put("digest_bytes_per_token", sparse ? length * kv / 16 : 0.0);
    cost.put("decode_s", steps * (0.004 + read * 1e-6));
    return cost;
  }

  private void perplexity() {
    for (int w = 0; w < 4; w++) {
      Map<String, Object> labels = ordered("length", 4096);
      double shift = random.nextDouble() * 0.2;
      add("perplexity", "window-" + w, labels, "dense", 0, Map.of(), loss(shift, 0, 4096));
      for (String selector : SELECTORS.subList(0, 4)) {
        for (int budget : BUDGETS) {
          double more = 0.3 * (1.05 - skill(selector, budget)) * (0.8 + 0.4 * random.nextDouble());
          add(
              "perplexity",
              "window-" + w,
              labels,
              selector,
              budget,
              Map.of("page_size", 16),
              loss(shift, more, budget));
        }
      }
    }
  }

  private Map<String, Object> loss(double shift, double more, int read) {
    Map<String, Object> result = cost(read, 4096, 1024);
    List<Map<String, Object>> positions = new ArrayList<>();
    double sum = 0;
    for (int from = 1024; from < 4096; from += 256) {
      double mean = 2.6 + shift + more - 0.1 * Math.log(from / 1024.0) + 0.04 * random.nextDouble();
      positions.add(ordered("from", from, "loss", mean * 256, "predictions", 256));
      sum += mean * 256;
    }
    result.put("loss", sum);
    result.put("predictions", 3072);
    result.put("positions", positions);
    return result;
  }

  private void adaptive() {
    for (int w = 0; w < 4; w++) {
      Map<String, Object> labels = ordered("length", 4096, "kind", "book");
      add("adaptive", "window-" + w, labels, "dense", 0, Map.of(), loss(0.1, 0, 4096));
      for (double missed : new double[] {0.2, 0.1, 0.05, 0.02}) {
        Map<String, Object> result = loss(0.1, missed * 0.3, (int) (60 / missed));
        result.put("missed_mass_mean", missed * 0.9);
        add(
            "adaptive",
            "window-" + w,
            labels,
            "quest/sketch",
            2048,
            Map.of("missed_mass", missed),
            result);
      }
    }
  }

  private void recall() {
    for (String selector : SELECTORS.subList(0, 3)) {
      for (int budget : new int[] {128, 512}) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int layer = 2; layer < 30; layer++) {
          double mass =
              Math.min(1, 0.55 + 0.4 * skill(selector, budget) + 0.06 * random.nextDouble());
          layers.add(
              ordered("layer", layer, "mass", mass, "top", mass - 0.2, "heads", List.of(mass)));
        }
        add(
            "recall",
            "text",
            Map.of("length", 4096),
            selector,
            budget,
            Map.of(),
            ordered(
                "layers",
                layers,
                "mass",
                0.8 + skill(selector, budget) / 6,
                "top",
                0.7,
                "selections",
                3584));
      }
    }
  }

  private void missed() {
    for (int budget : new int[] {128, 512}) {
      List<Map<String, Object>> bins = new ArrayList<>();
      for (int e = -12; e < 0; e++) {
        double from = Math.pow(10, e / 2.0);
        double middle = from * 1.778 * (0.9 + 0.3 * random.nextDouble());
        bins.add(
            ordered(
                "from",
                from,
                "to",
                from * Math.sqrt(10),
                "cases",
                500 + e * 20,
                "p5",
                middle * 0.4,
                "median",
                middle,
                "p95",
                Math.min(1, middle * 2)));
      }
      List<Map<String, Object>> layers = new ArrayList<>();
      for (int layer = 2; layer < 12; layer++) {
        layers.add(
            ordered(
                "layer",
                layer,
                "cases",
                720,
                "true_mean",
                0.02 * layer,
                "estimated_mean",
                0.021 * layer,
                "log_correlation",
                0.9 + 0.005 * layer));
      }
      add(
          "missed",
          "text",
          Map.of("length", 4096),
          "quest/sketch",
          budget,
          Map.of(),
          ordered(
              "cases",
              7200,
              "log_correlation",
              0.953,
              "true_mean",
              0.0731,
              "estimated_mean",
              0.0766,
              "bound_below",
              0,
              "minmax_below",
              12,
              "bound_ratio",
              37.2,
              "bins",
              bins,
              "layers",
              layers));
    }
  }

  private void ablation() {
    double best = Double.POSITIVE_INFINITY;
    List<Row> found = new ArrayList<>();
    for (int page : new int[] {8, 16, 32}) {
      for (String scorer : List.of("minmax", "sketch", "meanstd")) {
        for (int dense : new int[] {0, 2}) {
          double bytes = (256 + 4096.0 / page + dense * 130) * 11_520;
          double ratio =
              1 + 0.2 * (1.1 - skill("quest/" + scorer, 256)) + page / 800.0 - dense / 100.0;
          found.add(
              new Row(
                  "ablation",
                  MODEL,
                  "texts",
                  Map.of(),
                  "quest/" + scorer,
                  256,
                  ordered(
                      "page_size", page, "gqa", "head", "dense_layers", dense, "scorer", scorer),
                  ordered(
                      "perplexity_ratio",
                      ratio,
                      "mass",
                      0.9,
                      "bytes_per_token",
                      bytes,
                      "digest_bytes_per_token",
                      bytes / 9,
                      "decode_tok_s",
                      60.0 + page,
                      "needle_right",
                      9,
                      "needle_total",
                      12)));
        }
      }
    }
    found.sort((a, b) ->
        Double.compare(Numbers.result(a, "bytes_per_token"), Numbers.result(b, "bytes_per_token")));
    for (Row row : found) {
      double ratio = Numbers.result(row, "perplexity_ratio");
      Map<String, Object> result = new LinkedHashMap<>(row.result());
      result.put("pareto", ratio < best);
      result.put("chosen", row.equals(found.get(7)));
      best = Math.min(best, ratio);
      add("ablation", row.item(), row.labels(), row.selector(), 256, row.settings(), result);
    }
  }

  private void add(
      String task,
      String item,
      Map<String, Object> labels,
      String selector,
      int budget,
      Map<String, Object> settings,
      Map<String, Object> result) {
    rows.add(new Row(task, MODEL, item, labels, selector, budget, settings, result));
  }

  /** A map of names and values in turn. */
  static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    return map;
  }
}

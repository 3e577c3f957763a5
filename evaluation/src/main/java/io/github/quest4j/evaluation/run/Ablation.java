package io.github.quest4j.evaluation.run;

import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every setting costs and keeps, from rows of {@code perplexity}, {@code needle} and {@code
 * recall} together: which settings no other beats in bytes and perplexity at once, and which one is
 * to be a model's default.
 */
public final class Ablation {

  /** Perplexity that a default may cost, of dense. */
  public static final double TOLERANCE = 1.01;

  private static final List<String> VARIED =
      List.of("page_size", "gqa", "dense_layers", "sink_pages", "missed_mass");

  private Ablation() {}

  /** Sums of one setting's cells. */
  private static final class Sums {
    final Row first;
    double loss;
    double denseLoss;
    long predictions;
    int right;
    int total;
    int denseRight;
    double mass;
    int recalls;
    double bytes;
    double digestBytes;
    double steps;
    double seconds;
    long selections;

    Sums(Row first) {
      this.first = first;
    }

    double ratio() {
      return Math.exp((loss - denseLoss) / predictions);
    }

    double bytesPerToken() {
      return bytes / steps;
    }
  }

  /** A row of task {@code ablation} for every setting; needs dense rows of the same items. */
  public static List<Row> rows(List<Row> rows) {
    Map<List<Object>, Row> dense = new HashMap<>();
    for (Row row : rows) {
      if (row.tokenBudget() == 0) {
        dense.put(List.of(row.task(), row.model(), row.item()), row);
      }
    }
    Map<List<Object>, Sums> settings = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.tokenBudget() > 0) {
        Sums sums = settings.computeIfAbsent(key(row), k -> new Sums(row));
        Optional<Row> beside =
            Optional.ofNullable(dense.get(List.of(row.task(), row.model(), row.item())));
        add(sums, row, beside);
      }
    }
    List<Sums> complete =
        settings.values().stream().filter(sums -> sums.predictions > 0 && sums.steps > 0).toList();
    Optional<Sums> chosen = choose(complete);
    List<Row> ablation = new ArrayList<>();
    for (Sums sums : complete) {
      boolean isChosen = chosen.isPresent() && sums.first.equals(chosen.get().first);
      ablation.add(row(sums, pareto(sums, complete), isChosen));
    }
    return ablation;
  }

  private static List<Object> key(Row row) {
    List<Object> key = new ArrayList<>(List.of(row.model(), row.selector(), row.tokenBudget()));
    for (String name : VARIED) {
      key.add(row.settings().getOrDefault(name, ""));
    }
    return key;
  }

  private static void add(Sums sums, Row row, Optional<Row> dense) {
    Map<String, Object> result = row.result();
    switch (row.task()) {
      case "perplexity" -> {
        if (dense.isEmpty()) {
          return;
        }
        sums.loss += number(result, "loss");
        sums.denseLoss += number(dense.get().result(), "loss");
        sums.predictions += (long) number(result, "predictions");
        double steps = number(result, "steps");
        sums.steps += steps;
        sums.bytes += steps * number(result, "bytes_per_token");
        sums.digestBytes += steps * number(result, "digest_bytes_per_token");
        sums.seconds += number(result, "decode_s");
        sums.selections += (long) number(result, "selections");
      }
      case "needle" -> {
        sums.total++;
        sums.right += number(result, "score") >= 1 ? 1 : 0;
        sums.denseRight += dense.isPresent() && number(dense.get().result(), "score") >= 1 ? 1 : 0;
      }
      case "recall" -> {
        sums.recalls++;
        sums.mass += number(result, "mass");
      }
      default -> {
        // tells nothing here
      }
    }
  }

  private static double number(Map<String, Object> result, String name) {
    return result.get(name) instanceof Number n ? n.doubleValue() : 0;
  }

  // The oracle reads every key to choose, which is not counted.
  private static boolean real(Sums sums) {
    return sums.first.selector().startsWith("quest/");
  }

  private static boolean pareto(Sums one, List<Sums> all) {
    return real(one)
        && all.stream()
            .filter(Ablation::real)
            .noneMatch(other ->
                other.bytesPerToken() < one.bytesPerToken() && other.ratio() <= one.ratio()
                    || other.bytesPerToken() <= one.bytesPerToken() && other.ratio() < one.ratio());
  }

  /**
   * The setting that reads least among those that cost at most one percent of perplexity and lose
   * at most one needle; where there is none, the one with the lowest perplexity.
   */
  private static Optional<Sums> choose(List<Sums> all) {
    List<Sums> real =
        all.stream()
            .filter(Ablation::real)
            .sorted((a, b) -> Double.compare(a.bytesPerToken(), b.bytesPerToken()))
            .toList();
    Optional<Sums> good =
        real.stream()
            .filter(sums -> sums.ratio() <= TOLERANCE && sums.right >= sums.denseRight - 1)
            .findFirst();
    return good.or(() -> real.stream().min((a, b) -> Double.compare(a.ratio(), b.ratio())));
  }

  private static Row row(Sums sums, boolean pareto, boolean chosen) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("perplexity_ratio", sums.ratio());
    if (sums.recalls > 0) {
      result.put("mass", sums.mass / sums.recalls);
    }
    if (sums.total > 0) {
      result.put("needle_right", sums.right);
      result.put("needle_total", sums.total);
    }
    result.put("bytes_per_token", sums.bytesPerToken());
    result.put("digest_bytes_per_token", sums.digestBytes / sums.steps);
    result.put("decode_tok_s", sums.steps / sums.seconds);
    result.put("selections", sums.selections);
    result.put("pareto", pareto);
    result.put("chosen", chosen);
    Map<String, Object> settings = new LinkedHashMap<>();
    String selector = sums.first.selector();
    settings.put("scorer", selector.substring(selector.indexOf('/') + 1));
    for (String name : VARIED) {
      Object value = sums.first.settings().get(name);
      if (value != null) {
        settings.put(name, value);
      }
    }
    return new Row(
        "ablation",
        sums.first.model(),
        "all",
        Map.of(),
        selector,
        sums.first.tokenBudget(),
        settings,
        result);
  }
}

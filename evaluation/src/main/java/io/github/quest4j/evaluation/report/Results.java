package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All rows of a report, checked.
 *
 * @param rows each cell once
 * @param notes what was found on the way
 */
record Results(List<Row> rows, List<String> notes) {

  /** Tasks whose rows always say how often pages were selected. */
  private static final Set<String> COUNTED =
      Set.of("passkey", "needle", "ruler", "longbench", "perplexity", "adaptive");

  /**
   * Checks rows. Of a cell that was measured twice the last row stays.
   *
   * @throws IllegalArgumentException for a sparse row without selections: what was compared is
   *     dense with dense
   */
  static Results of(List<Row> rows) {
    record Key(
        String task,
        String model,
        String item,
        Map<String, Object> labels,
        String selector,
        int budget,
        Map<String, Object> settings) {}
    Map<Key, Row> kept = new LinkedHashMap<>();
    for (Row row : rows) {
      check(row);
      kept.put(
          new Key(
              row.task(),
              row.model(),
              row.item(),
              row.labels(),
              row.selector(),
              row.tokenBudget(),
              row.settings()),
          row);
    }
    int twice = rows.size() - kept.size();
    return new Results(
        List.copyOf(kept.values()),
        twice == 0
            ? List.of()
            : List.of(
                "measured more than once: " + twice + " rows; the last of each cell is shown"));
  }

  private static void check(Row row) {
    if (Slice.dense(row)) {
      return;
    }
    double selections = Numbers.result(row, "selections");
    boolean unknown = Double.isNaN(selections) && !COUNTED.contains(row.task());
    if (!unknown && !(selections > 0)) {
      throw new IllegalArgumentException(
          String.format(
              "%s, %s, item %s: %s with a budget of %d tokens made no selections;"
                  + " a sparse run that selected nothing is no result",
              row.task(), row.model(), row.item(), row.selector(), row.tokenBudget()));
    }
  }

  /** Rows of each task, by model. */
  Map<String, List<Slice>> tasks() {
    Map<String, Map<String, List<Row>>> sorted = new TreeMap<>();
    for (Row row : rows) {
      sorted
          .computeIfAbsent(row.task(), t -> new TreeMap<>())
          .computeIfAbsent(row.model(), m -> new ArrayList<>())
          .add(row);
    }
    Map<String, List<Slice>> tasks = new LinkedHashMap<>();
    sorted.forEach((task, models) -> {
      List<Slice> slices = new ArrayList<>();
      models.forEach((model, of) -> slices.add(Slice.of(task, model, of)));
      tasks.put(task, slices);
    });
    return tasks;
  }
}

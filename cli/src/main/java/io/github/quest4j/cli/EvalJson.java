package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.run.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code quest eval --json} prints: questions counted by what they have in common, all else
 * cell by cell.
 */
final class EvalJson {

  private static final List<String> SETTINGS =
      List.of("page_size", "gqa", "dense_layers", "sink_pages", "missed_mass");

  private static final String DEFAULT =
      AttentionOptions.QUEST + "/" + AttentionOptions.defaults().scorer();

  private EvalJson() {}

  static Map<String, Object> of(List<Row> rows, Evaluation.Outcome outcome, List<String> notes) {
    Map<Map<String, Object>, List<Row>> questions = new LinkedHashMap<>();
    List<Map<String, Object>> others = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> head = head(row);
      if (row.result().containsKey("score")) {
        questions.computeIfAbsent(head, key -> new ArrayList<>()).add(row);
      } else {
        head.put("item", row.item());
        head.putAll(row.result());
        others.add(head);
      }
    }
    List<Map<String, Object>> cells = new ArrayList<>();
    questions.forEach((head, cell) -> cells.add(counted(head, cell)));
    cells.addAll(others);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("cells", cells);
    report.put("measured", outcome.measured());
    report.put("seconds", outcome.seconds());
    report.put("seconds_saved", outcome.secondsSaved());
    report.put("notes", notes);
    return report;
  }

  private static Map<String, Object> counted(Map<String, Object> head, List<Row> rows) {
    Map<String, Object> cell = new LinkedHashMap<>(head);
    cell.put("right", rows.stream().filter(row -> number(row, "score") >= 1).count());
    cell.put("total", rows.size());
    cell.put("score", rows.stream().mapToDouble(row -> number(row, "score")).average().orElse(0));
    cell.put("selections", rows.stream().mapToLong(row -> (long) number(row, "selections")).sum());
    return cell;
  }

  private static double number(Row row, String name) {
    return row.result().get(name) instanceof Number n ? n.doubleValue() : 0;
  }

  private static Map<String, Object> head(Row row) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("task", row.task());
    cell.put("model", row.model());
    cell.putAll(row.labels());
    // As it is typed: the scorer that is meant where none is named goes without saying.
    cell.put("selector", row.selector().equals(DEFAULT) ? AttentionOptions.QUEST : row.selector());
    cell.put("token_budget", row.tokenBudget());
    for (String setting : SETTINGS) {
      if (row.settings().containsKey(setting)) {
        cell.put(setting, row.settings().get(setting));
      }
    }
    return cell;
  }
}

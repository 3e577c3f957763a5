package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers that were not fully right, some of each cell, the worst first. */
final class WrongAnswers {

  private static final int MOST = 20;
  private static final int MOST_LETTERS = 240;

  private WrongAnswers() {}

  static List<Block> of(Slice part) {
    List<List<Cell>> table = new ArrayList<>();
    int wrong = wrong(part.denseRows(), Slice.DENSE, table);
    for (String variant : part.variants()) {
      for (int budget : part.budgets()) {
        wrong += wrong(part.cell(variant, budget), variant, table);
      }
    }
    if (wrong == 0) {
      return List.of();
    }
    String caption =
        wrong > table.size()
            ? "The worst " + MOST + " at most of each selector and budget"
            : "All of them";
    return List.of(
        new Block.Details(
            "Answers not fully right: " + Numbers.whole(wrong),
            true,
            List.of(
                new Block.Table(
                    caption,
                    List.of("selector", "question", "answer", "budget", "score"),
                    3,
                    table))));
  }

  private static int wrong(List<Row> rows, String variant, List<List<Cell>> table) {
    List<Row> wrong =
        rows.stream()
            .filter(r -> ScoreSection.score(r) < 1)
            .sorted(Comparator.comparingDouble(ScoreSection::score))
            .toList();
    for (Row row : wrong.subList(0, Math.min(MOST, wrong.size()))) {
      table.add(
          List.of(
              Cell.of(variant),
              Cell.of(row.item(), List.of(labels(row.labels()))),
              Cell.of(shortened(row.result().getOrDefault("answer", "").toString())),
              Cell.of(row.tokenBudget() > 0 ? Numbers.whole(row.tokenBudget()) : Numbers.NONE),
              Cell.of(Numbers.plain(ScoreSection.score(row)))));
    }
    return wrong.size();
  }

  private static String labels(Map<String, Object> labels) {
    return labels.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String shortened(String answer) {
    if (answer.codePointCount(0, answer.length()) <= MOST_LETTERS) {
      return answer;
    }
    return answer.substring(0, answer.offsetByCodePoints(0, MOST_LETTERS)) + " …";
  }
}

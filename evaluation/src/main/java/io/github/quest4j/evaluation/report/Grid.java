package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import io.github.quest4j.evaluation.report.Block.Table;
import java.util.ArrayList;
import java.util.List;

/** A table of selectors by token budgets, with dense attention beside them. */
interface Grid {

  /** What a cell says of its rows, none of which is dense, and of their dense partners. */
  Cell sparse(List<Row> rows, List<Slice.Pair> pairs);

  /** What dense attention did on the same questions. */
  Cell dense(List<Row> rows);

  /** The table of a part of the results. */
  default Table table(String caption, Slice part) {
    List<Integer> budgets = part.budgets();
    boolean compared = !part.denseRows().isEmpty();
    List<String> head = new ArrayList<>(List.of("selector"));
    if (compared) {
      head.add(Slice.DENSE);
    }
    budgets.forEach(b -> head.add(b > 0 ? "budget " + Numbers.whole(b) : "no fixed budget"));
    List<List<Cell>> table = new ArrayList<>();
    for (String variant : part.variants()) {
      List<Cell> line = new ArrayList<>();
      List<Row> all = new ArrayList<>();
      for (int budget : budgets) {
        List<Row> cell = part.cell(variant, budget);
        all.addAll(cell);
        line.add(cell.isEmpty() ? Cell.of(Numbers.NONE) : sparse(cell, part.pairs(cell)));
      }
      if (compared) {
        List<Row> partners = part.pairs(all).stream().map(Slice.Pair::dense).distinct().toList();
        line.addFirst(partners.isEmpty() ? Cell.of(Numbers.NONE) : dense(partners));
      }
      line.addFirst(Cell.of(variant));
      table.add(line);
    }
    if (table.isEmpty()) {
      table.add(List.of(Cell.of(Slice.DENSE), dense(part.denseRows())));
    }
    return new Table(caption, head, 1, table);
  }

  /** How often pages were selected in all rows of a cell. */
  static String selections(List<Row> rows) {
    double sum = Numbers.sum(rows, r -> Numbers.result(r, "selections"));
    return Double.isNaN(sum) ? "selections not counted" : Numbers.whole(sum) + " selections";
  }

  /** The caption of a part: what its labels say, after the first word. */
  static String caption(String what, String labels) {
    return labels.isEmpty() ? what : what + ", " + labels;
  }

  /** A count with its noun. */
  static String count(int count, String noun) {
    return Numbers.whole(count) + " " + noun + (count == 1 ? "" : "s");
  }
}

package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A task that has no pictures of its own: its numbers as they are. */
final class PlainSection implements Section {

  private static final int MOST = 200;

  @Override
  public String explanation() {
    return "The numbers as they were measured.";
  }

  @Override
  public List<Block> blocks(Slice slice, Palette palette) {
    List<Row> rows = slice.rows().subList(0, Math.min(MOST, slice.rows().size()));
    Set<String> keys = new LinkedHashSet<>();
    for (Row row : rows) {
      row.result()
          .forEach((key, value) -> {
            if (value instanceof Number || value instanceof Boolean) {
              keys.add(key);
            }
          });
    }
    List<String> head =
        new ArrayList<>(List.of("selector", "item", "labels", "settings", "budget"));
    keys.forEach(k -> head.add(k.replace('_', ' ')));
    List<List<Cell>> table = new ArrayList<>();
    for (Row row : rows) {
      List<Cell> line = new ArrayList<>();
      line.add(Cell.of(row.selector()));
      line.add(Cell.of(row.item()));
      line.add(Cell.of(said(row.labels())));
      line.add(Cell.of(said(row.settings())));
      line.add(Cell.of(row.tokenBudget() > 0 ? Numbers.whole(row.tokenBudget()) : Numbers.NONE));
      for (String key : keys) {
        Object value = row.result().get(key);
        line.add(
            Cell.of(
                value instanceof Boolean yes
                    ? yes ? "yes" : "no"
                    : Numbers.plain(Numbers.result(row, key))));
      }
      table.add(line);
    }
    String left =
        slice.rows().size() > MOST
            ? ", the first " + MOST + " of " + Numbers.whole(slice.rows().size()) + " rows"
            : "";
    return List.of(new Block.Table(slice.task() + left, head, 4, table));
  }

  private static String said(Map<String, Object> map) {
    return map.entrySet().stream()
        .map(e -> e.getKey().replace('_', ' ') + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }
}

package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.Block.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What reading cost, by selector and budget. */
final class Cost {

  private record Column(String head, Function<List<Row>, String> value) {}

  private Cost() {}

  /** The table in a fold; nothing where no cost was noted. */
  static List<Block> of(Slice part) {
    List<Row> dense = part.denseRows();
    double denseBytes = mean(dense, "bytes_per_token");
    List<Column> all =
        List.of(
            new Column("selections", rows -> whole(rows, "selections")),
            new Column("decode steps", rows -> whole(rows, "steps")),
            new Column(
                "tokens read, mean", rows -> Numbers.fixed(mean(rows, "tokens_read_mean"), 0)),
            new Column("read per token", rows -> Numbers.bytes(mean(rows, "bytes_per_token"))),
            new Column(
                "share of dense",
                rows -> Numbers.percent(mean(rows, "bytes_per_token") / denseBytes)),
            new Column(
                "of it digests", rows -> Numbers.bytes(mean(rows, "digest_bytes_per_token"))),
            new Column(
                "ms per decode step",
                rows -> Numbers.fixed(1000 * sum(rows, "decode_s") / sum(rows, "steps"), 2)),
            new Column(
                "missed mass, estimated", rows -> Numbers.percent(mean(rows, "missed_mass_mean"))));
    List<Column> columns =
        all.stream().filter(c -> !c.value.apply(part.rows()).equals(Numbers.NONE)).toList();
    if (columns.isEmpty()) {
      return List.of();
    }
    List<List<Cell>> table = new ArrayList<>();
    if (!dense.isEmpty()) {
      table.add(line(Slice.DENSE, Numbers.NONE, dense, columns));
    }
    for (String variant : part.variants()) {
      for (int budget : part.budgets()) {
        List<Row> rows = part.cell(variant, budget);
        if (!rows.isEmpty()) {
          table.add(line(variant, budget > 0 ? Numbers.whole(budget) : "none", rows, columns));
        }
      }
    }
    List<String> head = new ArrayList<>(List.of("selector", "budget"));
    columns.forEach(c -> head.add(c.head));
    return List.of(
        new Block.Details(
            "Cost of reading",
            false,
            List.of(
                new Block.Table("KV cache and digests read by a decode step", head, 1, table))));
  }

  private static List<Cell> line(String name, String budget, List<Row> rows, List<Column> columns) {
    List<Cell> line = new ArrayList<>(List.of(Cell.of(name), Cell.of(budget)));
    columns.forEach(c -> line.add(Cell.of(c.value.apply(rows))));
    return line;
  }

  private static String whole(List<Row> rows, String key) {
    return Numbers.whole(sum(rows, key));
  }

  private static double mean(List<Row> rows, String key) {
    return Numbers.mean(rows, r -> Numbers.result(r, key));
  }

  private static double sum(List<Row> rows, String key) {
    return Numbers.sum(rows, r -> Numbers.result(r, key));
  }
}

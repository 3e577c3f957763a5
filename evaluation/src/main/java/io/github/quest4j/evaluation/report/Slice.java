package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Rows of one task and model.
 *
 * @param task of all rows
 * @param model of all rows
 * @param shown settings that tell rows of the same selector apart
 * @param rows in the order measured
 */
record Slice(String task, String model, Set<String> shown, List<Row> rows) {

  static final String DENSE = "dense";

  /** Settings that must be seen even where they do not differ. */
  private static final Set<String> ALWAYS = Set.of("missed_mass");

  /** Settings that stand for other questions, not for another way of reading. */
  private static final Set<String> ASKING = Set.of("seed");

  static Slice of(String task, String model, List<Row> rows) {
    record Like(String selector, int budget, Map<String, Object> labels) {}
    Map<Like, Map<String, Set<String>>> seen = new LinkedHashMap<>();
    Set<String> keys = new TreeSet<>();
    List<Row> sparse = rows.stream().filter(r -> !dense(r)).toList();
    sparse.forEach(r -> keys.addAll(r.settings().keySet()));
    for (Row row : sparse) {
      Map<String, Set<String>> values =
          seen.computeIfAbsent(
              new Like(row.selector(), row.tokenBudget(), row.labels()), l -> new TreeMap<>());
      for (String key : keys) {
        values.computeIfAbsent(key, k -> new TreeSet<>()).add(setting(row, key));
      }
    }
    Set<String> shown = new TreeSet<>();
    for (String key : keys) {
      boolean differs =
          seen.values().stream().anyMatch(v -> v.getOrDefault(key, Set.of()).size() > 1);
      if (ALWAYS.contains(key) || differs && !ASKING.contains(key)) {
        shown.add(key);
      }
    }
    return new Slice(task, model, shown, rows);
  }

  /** Settings that have one value wherever they are named, as text; empty if there are none. */
  String commonSettings() {
    Map<String, Set<String>> values = new TreeMap<>();
    for (Row row : rows) {
      row.settings()
          .keySet()
          .forEach(k -> values.computeIfAbsent(k, v -> new TreeSet<>()).add(setting(row, k)));
    }
    return values.entrySet().stream()
        .filter(e -> e.getValue().size() == 1 && !shown.contains(e.getKey()))
        .map(e -> e.getKey().replace('_', ' ') + " " + String.join("", e.getValue()))
        .collect(Collectors.joining(", "));
  }

  static boolean dense(Row row) {
    return row.selector().equals(DENSE);
  }

  /** What reads the cache: the selector, and the settings that tell it from others. */
  String variant(Row row) {
    StringBuilder name = new StringBuilder(row.selector());
    for (String key : shown) {
      if (row.settings().containsKey(key)) {
        name.append(", ").append(key.replace('_', ' ')).append(' ').append(setting(row, key));
      }
    }
    return name.toString();
  }

  /** All ways of reading but dense, sorted. */
  List<String> variants() {
    return rows.stream().filter(r -> !dense(r)).map(this::variant).distinct().sorted().toList();
  }

  /** Token budgets of the sparse rows, ascending. */
  List<Integer> budgets() {
    return rows.stream().filter(r -> !dense(r)).map(Row::tokenBudget).distinct().sorted().toList();
  }

  List<Row> cell(String variant, int budget) {
    return rows.stream()
        .filter(r -> !dense(r) && r.tokenBudget() == budget && variant(r).equals(variant))
        .toList();
  }

  List<Row> denseRows() {
    return rows.stream().filter(Slice::dense).toList();
  }

  /** The dense row of the same question: of several, the one whose settings agree most. */
  Optional<Row> dense(Row sparse, List<Row> denseRows) {
    Row best = null;
    long most = -1;
    for (Row row : denseRows) {
      if (row.item().equals(sparse.item()) && row.labels().equals(sparse.labels())) {
        long agreeing =
            row.settings().entrySet().stream()
                .filter(e -> Objects.equals(sparse.settings().get(e.getKey()), e.getValue()))
                .count();
        if (agreeing > most) {
          best = row;
          most = agreeing;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** A sparse row and the dense row of the same question. */
  record Pair(Row sparse, Row dense) {}

  /** Those rows that have a dense partner, with it. */
  List<Pair> pairs(List<Row> sparse) {
    Map<String, List<Row>> byItem = denseRows().stream().collect(Collectors.groupingBy(Row::item));
    List<Pair> pairs = new ArrayList<>();
    for (Row row : sparse) {
      dense(row, byItem.getOrDefault(row.item(), List.of()))
          .ifPresent(d -> pairs.add(new Pair(row, d)));
    }
    return pairs;
  }

  /** Parts with equal labels but for some, by what the labels say, in ascending order. */
  Map<String, Slice> byLabels(Set<String> except) {
    Map<List<Object>, List<Row>> groups = new LinkedHashMap<>();
    Map<List<Object>, String> names = new LinkedHashMap<>();
    for (Row row : rows) {
      List<Object> key = new ArrayList<>();
      Set<String> said = new LinkedHashSet<>();
      row.labels()
          .forEach((label, value) -> {
            if (!except.contains(label)) {
              key.add(label);
              key.add(value);
              said.add(
                  label
                      + " "
                      + (value instanceof Number n ? Numbers.plain(n.doubleValue()) : value));
            }
          });
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
      names.put(key, String.join(", ", said));
    }
    Map<String, Slice> parts = new LinkedHashMap<>();
    groups.keySet().stream()
        .sorted(Slice::compare)
        .forEach(key ->
            parts.put(
                names.getOrDefault(key, ""),
                new Slice(task, model, shown, groups.getOrDefault(key, List.of()))));
    return parts;
  }

  private static int compare(List<Object> a, List<Object> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order =
          a.get(i) instanceof Number m && b.get(i) instanceof Number n
              ? Double.compare(m.doubleValue(), n.doubleValue())
              : a.get(i).toString().compareTo(b.get(i).toString());
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static String setting(Row row, String key) {
    Object value = row.settings().get(key);
    return value == null ? "none" : value.toString();
  }
}

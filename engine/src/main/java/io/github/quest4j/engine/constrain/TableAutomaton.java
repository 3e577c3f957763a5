package io.github.quest4j.engine.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** An automaton as a table, its start state 0. Bytes that all states treat alike share a column. */
final class TableAutomaton implements Automaton {

  private final int columns;
  private final short[] columnOf; // [256]
  private final int[] table; // [states, columns]
  private final int[] labels; // [states]

  private TableAutomaton(int[][] rows, int[] labels) {
    this.labels = labels;
    this.columnOf = new short[256];
    Map<String, Short> seen = new HashMap<>();
    List<Integer> representatives = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      StringBuilder column = new StringBuilder(2 * rows.length);
      for (int[] row : rows) {
        column.append((char) (row[b] >> 16)).append((char) row[b]);
      }
      Short known = seen.putIfAbsent(column.toString(), (short) representatives.size());
      if (known == null) {
        columnOf[b] = (short) representatives.size();
        representatives.add(b);
      } else {
        columnOf[b] = known;
      }
    }
    columns = representatives.size();
    table = new int[rows.length * columns];
    for (int s = 0; s < rows.length; s++) {
      for (int c = 0; c < columns; c++) {
        table[s * columns + c] = rows[s][representatives.get(c)];
      }
    }
  }

  @Override
  public int next(int state, int octet) {
    return table[state * columns + columnOf[octet]];
  }

  @Override
  public int label(int state) {
    return labels[state];
  }

  int states() {
    return labels.length;
  }

  /** What an automaton does, with states of any kind that has value equality. */
  interface Step<S> {
    /** The state after one more byte, or null. */
    @Nullable S next(S state, int octet);
  }

  /**
   * Tabulates all states that can be reached and that reach an end.
   *
   * @param label what has been read where a state is an end, else {@link #NONE}
   * @return empty if no end can be reached
   * @throws ConstraintException if the budget is exceeded
   */
  static <S> Optional<TableAutomaton> of(
      S start, Step<S> step, ToIntFunction<S> label, WorkBudget budget) {
    Map<S, Integer> ids = new LinkedHashMap<>();
    List<S> states = new ArrayList<>();
    List<int[]> rows = new ArrayList<>();
    ids.put(start, 0);
    states.add(start);
    for (int at = 0; at < states.size(); at++) {
      budget.spend(1);
      int[] row = new int[256];
      for (int b = 0; b < 256; b++) {
        S next = step.next(states.get(at), b);
        Integer id = next == null ? Integer.valueOf(DEAD) : ids.get(next);
        if (id == null && next != null) {
          id = states.size();
          ids.put(next, id);
          states.add(next);
        }
        row[b] = id == null ? DEAD : id;
      }
      rows.add(row);
    }
    int[] labels = states.stream().mapToInt(label).toArray();
    return trimmed(rows, labels);
  }

  private static Optional<TableAutomaton> trimmed(List<int[]> rows, int[] labels) {
    boolean[] alive = reachesEnd(rows, labels);
    if (!alive[0]) {
      return Optional.empty();
    }
    int[] renamed = new int[labels.length];
    int kept = 0;
    for (int s = 0; s < renamed.length; s++) {
      renamed[s] = alive[s] ? kept++ : DEAD;
    }
    int[][] keptRows = new int[kept][];
    int[] keptLabels = new int[kept];
    for (int s = 0; s < renamed.length; s++) {
      if (alive[s]) {
        int[] row = rows.get(s);
        for (int b = 0; b < 256; b++) {
          row[b] = row[b] == DEAD ? DEAD : renamed[row[b]];
        }
        keptRows[renamed[s]] = row;
        keptLabels[renamed[s]] = labels[s];
      }
    }
    return Optional.of(new TableAutomaton(keptRows, keptLabels));
  }

  private static boolean[] reachesEnd(List<int[]> rows, int[] labels) {
    int n = labels.length;
    int[] sources = new int[n + 1];
    for (int[] row : rows) {
      forEachTarget(row, target -> sources[target + 1]++);
    }
    for (int s = 0; s < n; s++) {
      sources[s + 1] += sources[s];
    }
    int[] from = new int[sources[n]];
    int[] filled = Arrays.copyOf(sources, n);
    for (int s = 0; s < n; s++) {
      int source = s;
      forEachTarget(rows.get(s), target -> from[filled[target]++] = source);
    }
    boolean[] alive = new boolean[n];
    int[] queue = new int[n];
    int size = 0;
    for (int s = 0; s < n; s++) {
      if (labels[s] != NONE) {
        alive[s] = true;
        queue[size++] = s;
      }
    }
    for (int at = 0; at < size; at++) {
      for (int i = sources[queue[at]]; i < sources[queue[at] + 1]; i++) {
        if (!alive[from[i]]) {
          alive[from[i]] = true;
          queue[size++] = from[i];
        }
      }
    }
    return alive;
  }

  private interface Target {
    void accept(int target);
  }

  private static void forEachTarget(int[] row, Target target) {
    int last = DEAD;
    for (int to : row) {
      if (to != DEAD && to != last) { // bytes in a row mostly lead to the same state
        target.accept(to);
        last = to;
      }
    }
  }
}

package io.github.quest4j.engine.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON strings, quotes included and written the shortest way, whose text a regular expression
 * matches: Thompson's construction over the bytes, then sets of its nodes as states.
 */
final class RegexAutomaton {

  private static final int VISITS_PER_STATE = 256;

  /** Nodes that can be reached without a byte, in order. */
  private record Nodes(int[] ids) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Nodes other && Arrays.equals(ids, other.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }

  private record Edge(int from, int to, int target) {}

  private final WritableBytes writable;
  private final WorkBudget budget;
  private final List<List<Edge>> edges = new ArrayList<>(); // [nodes]
  private final List<List<Integer>> jumps = new ArrayList<>(); // [nodes], without a byte
  private final int[] classOf = new int[256]; // bytes that all edges treat alike
  private int visits;

  // The sets that follow the last one, by class of byte.
  private @Nullable Nodes last;
  private @Nullable Nodes[] following = new Nodes[0];

  private RegexAutomaton(WritableBytes writable, WorkBudget budget) {
    this.writable = writable;
    this.budget = budget;
  }

  /**
   * The strings that match as a whole; empty if there are none.
   *
   * @throws ConstraintException if the budget is exceeded
   */
  static Optional<TableAutomaton> of(Regex regex, WritableBytes writable, WorkBudget budget) {
    RegexAutomaton nodes = new RegexAutomaton(writable, budget);
    int start = nodes.node();
    int quote = nodes.byteEdge(start, '"', '"');
    int end = nodes.byteEdge(nodes.build(regex, quote), '"', '"');
    nodes.findClasses();
    BitSet first = new BitSet();
    first.set(start);
    return TableAutomaton.of(
        nodes.closed(first),
        nodes::next,
        state -> Arrays.binarySearch(state.ids, end) >= 0 ? 0 : Automaton.NONE,
        budget);
  }

  private int node() {
    budget.spend(edges.size() % 8 == 0 ? 1 : 0);
    edges.add(new ArrayList<>(2));
    jumps.add(new ArrayList<>(2));
    return edges.size() - 1;
  }

  private int byteEdge(int source, int from, int to) {
    int target = node();
    addEdges(source, from, to, target);
    return target;
  }

  private void addEdges(int source, int from, int to, int target) {
    for (int at = writable.from(from); at <= to; at = writable.from(at)) {
      int end = Math.min(writable.endFrom(at), to + 1);
      edges.get(source).add(new Edge(at, end - 1, target));
      at = end;
    }
  }

  private void jump(int from, int to) {
    jumps.get(from).add(to);
  }

  /** Adds what reads an expression from a node on; returns where it ends. */
  private int build(Regex regex, int entry) {
    return switch (regex) {
      case Regex.Characters characters -> {
        int exit = node();
        characters.set().ranges().forEach(range -> addRange(range.from(), range.to(), entry, exit));
        yield exit;
      }
      case Regex.Row row -> {
        int at = entry;
        for (Regex part : row.parts()) {
          at = build(part, at);
        }
        yield at;
      }
      case Regex.Choice choice -> {
        int exit = node();
        for (Regex option : choice.options()) {
          int begin = node();
          jump(entry, begin);
          jump(build(option, begin), exit);
        }
        yield exit;
      }
      case Regex.Repeat repeat -> repeat(repeat, entry);
    };
  }

  private int repeat(Regex.Repeat repeat, int entry) {
    int at = entry;
    for (int i = 0; i < repeat.least(); i++) {
      at = build(repeat.part(), at);
    }
    int exit = node();
    if (repeat.most() == Regex.ENDLESS) {
      jump(at, exit);
      jump(build(repeat.part(), exit), exit);
      return exit;
    }
    for (int i = repeat.least(); i < repeat.most(); i++) {
      jump(at, exit);
      at = build(repeat.part(), at);
    }
    jump(at, exit);
    return exit;
  }

  private void addRange(int from, int to, int entry, int exit) {
    int plain = from;
    for (int c = from; c <= Math.min(to, '\\'); c++) {
      if (c < ' ' || c == '"' || c == '\\') {
        if (plain < c) {
          addUtf8(plain, c - 1, entry, exit);
        }
        addEscape(c, entry, exit);
        plain = c + 1;
      }
    }
    if (plain <= to) {
      addUtf8(plain, to, entry, exit);
    }
  }

  private void addEscape(int c, int entry, int exit) {
    String escaped = JsonText.escape((char) c);
    int at = entry;
    for (int i = 0; i < escaped.length() - 1; i++) {
      at = byteEdge(at, escaped.charAt(i), escaped.charAt(i));
    }
    int lastOctet = escaped.charAt(escaped.length() - 1);
    addEdges(at, lastOctet, lastOctet, exit);
  }

  /**
   * Splits a range until all its characters have as many bytes, and each byte takes all values of a
   * range whatever the others are.
   */
  private void addUtf8(int from, int to, int entry, int exit) {
    for (int longest : new int[] {0x7f, 0x7ff, 0xffff}) {
      if (from <= longest && to > longest) {
        addUtf8(from, longest, entry, exit);
        addUtf8(longest + 1, to, entry, exit);
        return;
      }
    }
    byte[] low = Character.toString(from).getBytes(StandardCharsets.UTF_8);
    byte[] high = Character.toString(to).getBytes(StandardCharsets.UTF_8);
    for (int i = 1; i < low.length; i++) {
      int below = (1 << 6 * i) - 1;
      if ((from & ~below) != (to & ~below)) {
        int cut = (from & below) != 0 ? from | below : (to & ~below) - 1;
        if (cut < to && ((from & below) != 0 || (to & below) != below)) {
          addUtf8(from, cut, entry, exit);
          addUtf8(cut + 1, to, entry, exit);
          return;
        }
      }
    }
    int at = entry;
    for (int i = 0; i < low.length - 1; i++) {
      at = byteEdge(at, low[i] & 0xff, high[i] & 0xff);
    }
    int i = low.length - 1;
    addEdges(at, low[i] & 0xff, high[i] & 0xff, exit);
  }

  private void findClasses() {
    BitSet begins = new BitSet(257);
    for (List<Edge> of : edges) {
      for (Edge edge : of) {
        begins.set(edge.from);
        begins.set(edge.to + 1);
      }
    }
    int current = 0;
    for (int b = 0; b < 256; b++) {
      current += begins.get(b) ? 1 : 0;
      classOf[b] = current;
    }
    following = new Nodes[current + 1];
  }

  private @Nullable Nodes next(Nodes state, int octet) {
    if (!state.equals(last)) {
      Arrays.fill(following, null);
      last = state;
    }
    Nodes known = following[classOf[octet]];
    if (known == null) {
      BitSet reached = new BitSet();
      for (int id : state.ids) {
        for (Edge edge : edges.get(id)) {
          visit();
          if (octet >= edge.from && octet <= edge.to) {
            reached.set(edge.target);
          }
        }
      }
      known = closed(reached);
      following[classOf[octet]] = known;
    }
    return known.ids.length == 0 ? null : known;
  }

  private Nodes closed(BitSet nodes) {
    int[] open = nodes.stream().toArray();
    int size = open.length;
    while (size > 0) {
      int id = open[--size];
      for (int target : jumps.get(id)) {
        visit();
        if (!nodes.get(target)) {
          nodes.set(target);
          open = size == open.length ? Arrays.copyOf(open, 2 * size + 8) : open;
          open[size++] = target;
        }
      }
    }
    return new Nodes(nodes.stream().toArray());
  }

  private void visit() {
    if (++visits == VISITS_PER_STATE) {
      visits = 0;
      budget.spend(1);
    }
  }
}

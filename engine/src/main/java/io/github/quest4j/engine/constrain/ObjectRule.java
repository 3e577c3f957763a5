package io.github.quest4j.engine.constrain;

import java.util.List;
import java.util.Optional;

/**
 * An object: its members in the order of their declaration, then others where the schema takes
 * them. Compared by identity.
 */
final class ObjectRule {

  /**
   * A declared member.
   *
   * @param name as JSON writes it, in quotes
   */
  record Member(byte[] name, Part value, boolean required) {}

  private final List<Member> members;
  private final Optional<Part> others;
  private final boolean[] closable; // [members + 1], whether no required one is left
  private final Automaton[] names; // [members + 1], those that may come next
  private final int[] starts; // [members + 1]

  /**
   * @param others the value of members that are not declared; empty where there are none
   */
  ObjectRule(List<Member> members, Optional<Part> others, WorkBudget budget) {
    this.members = members;
    this.others = others;
    int n = members.size();
    closable = new boolean[n + 1];
    names = new Automaton[n + 1];
    starts = new int[n + 1];
    LiteralTrie declared = new LiteralTrie(budget);
    int all = LiteralTrie.EMPTY;
    for (int i = 0; i < n; i++) {
      all = declared.with(all, members.get(i).name, i);
    }
    closable[n] = true;
    int root = LiteralTrie.EMPTY;
    for (int i = n; i >= 0; i--) {
      if (i < n) {
        boolean required = members.get(i).required;
        closable[i] = closable[i + 1] && !required;
        root = declared.with(required ? LiteralTrie.EMPTY : root, members.get(i).name, i);
      }
      names[i] = declared;
      starts[i] = root;
      if (others.isPresent() && closable[i]) {
        OtherKeys keys = new OtherKeys(declared, all, i, n);
        names[i] = n == 0 ? StringAutomaton.free(0, StringAutomaton.ANY) : keys;
        starts[i] = n == 0 ? 0 : keys.start();
      }
    }
  }

  /** The whole object. */
  Block object() {
    return new Tail(this, 0, true);
  }

  /** What is left of the object where the members before {@code next} are done. */
  private record Tail(ObjectRule rule, int next, boolean open) implements Block {

    @Override
    public Automaton automaton() {
      boolean more = next < rule.members.size() || rule.others.isPresent();
      return Separators.object(open, more, rule.closable[next]);
    }

    @Override
    public int start() {
      return 0;
    }

    @Override
    public List<Part> after(int label) {
      return label == Separators.CLOSE ? List.of() : List.of(new Key(rule, next));
    }
  }

  /** The name of the next member. */
  private record Key(ObjectRule rule, int next) implements Block {

    @Override
    public Automaton automaton() {
      return rule.names[next];
    }

    @Override
    public int start() {
      return rule.starts[next];
    }

    @Override
    public List<Part> after(int label) {
      int n = rule.members.size();
      Part value = label == n ? rule.others.orElseThrow() : rule.members.get(label).value;
      return List.of(Separators.COLON, value, new Tail(rule, Math.min(label + 1, n), false));
    }
  }
}

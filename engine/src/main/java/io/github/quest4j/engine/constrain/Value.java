package io.github.quest4j.engine.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a schema describes: one of its blocks. While a schema is compiled it may include values that
 * are not known yet, itself even; {@link #freeze} ends that.
 */
final class Value implements Part {

  private final List<Block> own = new ArrayList<>();
  private final List<Value> included = new ArrayList<>();
  private List<Block> blocks = List.of();

  /** A value that is one of these. */
  static Value of(Block... blocks) {
    Value value = new Value();
    for (Block block : blocks) {
      value.add(block);
    }
    value.freeze();
    return value;
  }

  void add(Block block) {
    own.add(block);
  }

  void include(Value other) {
    included.add(other);
  }

  /** Gathers the blocks of all that is included, to any depth. */
  void freeze() {
    Set<Value> seen = new LinkedHashSet<>(List.of(this));
    Deque<Value> open = new ArrayDeque<>(seen);
    Set<Block> gathered = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Value value = open.pop();
      gathered.addAll(value.own);
      for (Value other : value.included) {
        if (seen.add(other)) {
          open.push(other);
        }
      }
    }
    blocks = List.copyOf(gathered);
  }

  @Override
  public List<Block> blocks() {
    return blocks;
  }
}

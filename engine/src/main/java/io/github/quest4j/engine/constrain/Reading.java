package io.github.quest4j.engine.constrain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way to read what has been written so far: where it stands in a block, and what has to follow.
 * A text has several where alternatives begin alike.
 */
record Reading(Block block, int state, @Nullable Pending rest) {

  /**
   * Readings of one text at a time; those beyond are given up. Only schemas whose alternatives stay
   * alike through several levels get there; what they then allow is still valid.
   */
  static final int MOST = 256;

  /** Those of a text that has not begun. */
  static List<Reading> begin(Part part) {
    List<Reading> readings = new ArrayList<>();
    for (Block block : part.blocks()) {
      readings.add(new Reading(block, block.start(), null));
    }
    return readings;
  }

  /** The parts that follow an end of a block. */
  static @Nullable Pending after(Block block, int label, @Nullable Pending rest) {
    List<Part> parts = block.after(label);
    Pending pending = rest;
    for (int i = parts.size() - 1; i >= 0; i--) {
      pending = new Pending(parts.get(i), pending);
    }
    return pending;
  }

  /** The readings after one more byte; none if it may not come. */
  static List<Reading> next(List<Reading> readings, int octet) {
    Set<Reading> next = new LinkedHashSet<>();
    for (Reading reading : readings) {
      reading.next(octet, next);
    }
    return List.copyOf(next);
  }

  private void next(int octet, Set<Reading> to) {
    int next = block.automaton().next(state, octet);
    if (next != Automaton.DEAD && to.size() < MOST) {
      to.add(new Reading(block, next, rest));
    }
    int label = block.automaton().label(state);
    if (label != Automaton.NONE) {
      Pending pending = after(block, label, rest);
      if (pending != null) {
        for (Block first : pending.part().blocks()) {
          new Reading(first, first.start(), pending.rest()).next(octet, to);
        }
      }
    }
  }

  /** Whether the text may end here. */
  boolean mayEnd() {
    int label = block.automaton().label(state);
    return label != Automaton.NONE && after(block, label, rest) == null;
  }
}

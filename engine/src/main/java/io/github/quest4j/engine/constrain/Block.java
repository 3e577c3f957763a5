package io.github.quest4j.engine.constrain;

import java.util.List;

/**
 * A stretch of text that an automaton reads from its start state to an end. What it read, the label
 * of that end, decides which parts follow: together blocks are a pushdown automaton.
 */
interface Block extends Part {

  /** What reads the stretch. Blocks may share it, and with it what is known about its states. */
  Automaton automaton();

  /** The state in which it begins. */
  int start();

  /** The parts that follow, in order; none where the block is the end of what it belongs to. */
  List<Part> after(int label);

  @Override
  default List<Block> blocks() {
    return List.of(this);
  }
}

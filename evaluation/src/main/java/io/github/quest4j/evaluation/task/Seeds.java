package io.github.quest4j.evaluation.task;

import java.util.SplittableRandom;

/**
 * Random numbers that depend on nothing but their names: an item is the same whichever others are
 * made before it.
 */
final class Seeds {

  private Seeds() {}

  /**
   * The random numbers of one item.
   *
   * @param seed of the run
   * @param task name of the task and its kind
   * @param length tokens aimed at
   * @param index of the item
   */
  static SplittableRandom random(long seed, String task, int length, int index) {
    long mixed = mix(seed);
    mixed = mix(mixed ^ task.hashCode());
    mixed = mix(mixed ^ length);
    mixed = mix(mixed ^ index);
    return new SplittableRandom(mixed);
  }

  /** An odd multiplier and shifts: a bijection that spreads every bit. */
  private static long mix(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 32);
  }
}

package io.github.quest4j.engine.schedule;

/**
 * How requests share an engine. Immutable; made by {@link #defaults} and the {@code with…} methods.
 *
 * @param running sequences that run at a time, at most; each sample of a request is one
 * @param queue requests that may wait besides
 * @param piece tokens of prompts that a step reads beside decode rows, at most: what is read at a
 *     time decides how long running texts pause
 * @param prefixCache whether pages of prompts are kept for later requests
 */
public record SchedulerOptions(int running, int queue, int piece, boolean prefixCache) {

  private static final int MAX_RUNNING = 1_024;
  private static final int MAX_QUEUE = 1 << 20;
  private static final int MAX_PIECE = 8_192;

  /** Checks the values. */
  public SchedulerOptions {
    require("running sequences", running, 1, MAX_RUNNING);
    require("queue", queue, 0, MAX_QUEUE);
    require("prefill piece", piece, 1, MAX_PIECE);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " is not in " + least + ".." + most + ": " + value);
    }
  }

  /** 16 sequences, 256 waiting requests, pieces of 128 tokens, with a prefix cache. */
  public static SchedulerOptions defaults() {
    return new SchedulerOptions(16, 256, 128, true);
  }

  /** The same with another number of running sequences. */
  public SchedulerOptions withRunning(int value) {
    return new SchedulerOptions(value, queue, piece, prefixCache);
  }

  /** The same with another queue. */
  public SchedulerOptions withQueue(int value) {
    return new SchedulerOptions(running, value, piece, prefixCache);
  }

  /** The same with another piece of prompts beside decode rows. */
  public SchedulerOptions withPiece(int value) {
    return new SchedulerOptions(running, queue, value, prefixCache);
  }

  /** The same with or without a prefix cache. */
  public SchedulerOptions withPrefixCache(boolean value) {
    return new SchedulerOptions(running, queue, piece, value);
  }
}

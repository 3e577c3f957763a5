package io.github.quest4j.attention.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells which of two kernels with the same results to use while the JVM is young: one in plain
 * loops, which the JIT makes fast at once, or one of the Vector API, which ends faster but runs a
 * thousand times slower until it is compiled.
 *
 * <p>The plain one works. Now and then the other gets a small piece of the work as a trial, so that
 * the JIT meets it; trials take a bounded part of the time. When they have become faster, the
 * vector kernel does everything from then on. Threads may call at the same time; which kernel
 * computes a piece is then open, its result is not.
 */
public final class Warmth {
  /** A trial is due when so many times the last one's time were worked. */
  private static final int WORK_PER_TRIAL = 4;

  /** What a first trial is taken to cost. */
  private static final long FIRST_TRIAL_NANOS = 2_000_000;

  /** Trials in a row that must be faster: the clock tells of preemption, too. */
  private static final int WINS = 2;

  private volatile boolean warm;
  private final AtomicBoolean trying = new AtomicBoolean();
  private final AtomicLong worked = new AtomicLong(); // nanoseconds since the last trial
  private volatile double best = Double.MAX_VALUE; // nanoseconds per unit of plain work
  private volatile long due = WORK_PER_TRIAL * FIRST_TRIAL_NANOS;
  private int wins; // of the thread that tries

  /** Whether the vector kernel is to do everything. */
  public boolean warm() {
    return warm;
  }

  /** Whether the caller is to try the vector kernel now, and then to tell {@link #ended}. */
  public boolean tries() {
    return worked.get() >= due && trying.compareAndSet(false, true);
  }

  /**
   * A piece of work has ended.
   *
   * @param trial whether the vector kernel did it, as {@link #tries} said
   * @param units of work, of any kind that is the same for both kernels
   */
  public void ended(boolean trial, long nanos, double units) {
    if (trial) {
      tried(nanos, units);
    } else {
      worked.addAndGet(nanos);
      best = Math.min(best, nanos / units);
    }
  }

  private void tried(long nanos, double units) {
    wins = nanos < best * units ? wins + 1 : 0;
    if (wins == WINS) {
      warm = true;
    }
    due = WORK_PER_TRIAL * nanos;
    worked.set(0);
    trying.set(false);
  }
}

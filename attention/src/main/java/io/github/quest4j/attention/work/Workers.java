package io.github.quest4j.attention.work;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pool of fixed threads that run the tasks of one operation and meet at its end.
 *
 * <p>{@link #run} is called by one thread at a time, which works too. Tasks are numbered. Each
 * thread begins with a share of consecutive ones, whose data mostly lie in a row (taking turns
 * instead, each would read a stream with gaps: decode was 40% slower), and when it is done takes
 * what is left of the others' shares. So which thread takes which is not determined, and a task
 * must not let its result depend on the worker that runs it. Between operations the threads spin
 * for a moment, since the next operation of a forward pass follows at once, and then sleep.
 */
public final class Workers implements AutoCloseable {

  /** One numbered piece of an operation. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs piece {@code index}.
     *
     * @param index 0 .. tasks-1
     * @param worker 0 .. threads-1: the caller's own scratch memory is chosen by it
     */
    void run(int index, int worker);
  }

  private static final int MAX_THREADS = 1024;
  private static final int SPINS = 4_000;
  private static final int LINE = 16; // ints of a cache line

  private final int threads;
  private final int spins;
  private final Thread[] helpers;
  private final AtomicIntegerArray next; // of each thread's share, a cache line apart
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread waiter;
  // Written before the generation is advanced, read after it was seen to advance.
  private Task task = (index, worker) -> {};
  private int tasks;

  private Workers(int threads) {
    this.threads = threads;
    // With more threads than cores a spinning thread keeps a working one from running.
    this.spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
    this.next = new AtomicIntegerArray(threads * LINE);
    this.helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform()
              .daemon()
              .name("quest-worker-" + worker)
              .unstarted(() -> serve(worker));
    }
    for (Thread helper : helpers) {
      helper.start();
    }
  }

  /**
   * Starts a pool in which {@code threads} threads work, the caller of {@link #run} among them.
   *
   * @throws IllegalArgumentException if {@code threads} is not in 1 .. 1024
   */
  public static Workers of(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads is not in 1.." + MAX_THREADS + ": " + threads);
    }
    return new Workers(threads);
  }

  /** The number of threads that work, the caller included. */
  public int threads() {
    return threads;
  }

  /**
   * Runs tasks 0 .. tasks-1 and returns when all have ended.
   *
   * @throws RuntimeException the first exception that a task threw; the other tasks have ended by
   *     then
   */
  public void run(int tasks, Task task) {
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    if (tasks == 1 || helpers.length == 0) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
      return;
    }
    if (tasks <= 0) {
      return;
    }
    this.task = task;
    this.tasks = tasks;
    failure = null;
    for (int share = 0; share < threads; share++) {
      next.setPlain(share * LINE, start(share));
    }
    busy.set(helpers.length);
    generation.incrementAndGet();
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    work(task, 0);
    awaitHelpers();
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private void awaitHelpers() {
    int spin = 0;
    while (busy.get() != 0) {
      if (spin < spins) {
        spin++;
        Thread.onSpinWait();
      } else {
        waiter = Thread.currentThread();
        if (busy.get() != 0) {
          LockSupport.park(this);
        }
        waiter = null;
      }
    }
  }

  /** The first task of a thread's share, and the end of the share before. */
  private int start(int share) {
    return (int) ((long) tasks * share / threads);
  }

  private void work(Task task, int worker) {
    try {
      for (int i = 0; i < threads; i++) {
        int share = worker + i < threads ? worker + i : worker + i - threads;
        int end = start(share + 1);
        for (int at = next.getAndIncrement(share * LINE);
            at < end;
            at = next.getAndIncrement(share * LINE)) {
          task.run(at, worker);
        }
      }
    } catch (Throwable e) {
      for (int share = 0; share < threads; share++) {
        next.set(share * LINE, tasks); // nobody starts another piece
      }
      failure = e;
    }
  }

  private void serve(int worker) {
    int seen = 0;
    while (true) {
      int spin = 0;
      while (generation.get() == seen && !closed) {
        if (spin < spins) {
          spin++;
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen = generation.get();
      work(task, worker);
      if (busy.decrementAndGet() == 0) {
        Thread waiting = waiter;
        if (waiting != null) {
          LockSupport.unpark(waiting);
        }
      }
    }
  }

  /** Ends the threads. Idempotent; must not be called while {@link #run} is under way. */
  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}

package io.github.quest4j.attention.work;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
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
 *
 * <p>An operation ends with its last task, not when each thread has looked at it: where other
 * threads want the cores too (a JVM that still compiles, a server's connections), one that is not
 * running at the moment would make the others wait for a time slice at every operation. Such a
 * thread comes late to an operation that is over. It cannot take a task of the next for one of its
 * own: what is left of a share is kept in one word with the number of the operation.
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
  private static final int LINE = 8; // longs of a cache line
  private static final int NONE_LEFT = Integer.MAX_VALUE;

  private final int threads;
  private final int spins;
  private final Thread[] helpers;
  // Of each thread's share: the operation's number and its next task. A cache line apart.
  private final AtomicLongArray next;
  private final AtomicInteger done = new AtomicInteger(); // tasks
  private final AtomicInteger generation = new AtomicInteger(); // the operation's number
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread waiter;
  // Written before the generation is advanced and while no share has tasks left, read after it was
  // seen to advance; belong to the operation from whose share a task was taken after that.
  private Task task = (index, worker) -> {};
  private int tasks;

  private Workers(int threads) {
    this.threads = threads;
    // With more threads than cores a spinning thread keeps a working one from running.
    this.spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
    this.next = new AtomicLongArray(threads * LINE);
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
    int number = generation.get() + 1;
    for (int share = 0; share < threads; share++) {
      next.setRelease(share * LINE, word(number, NONE_LEFT));
    }
    VarHandle.storeStoreFence();
    this.task = task;
    this.tasks = tasks;
    if (failure != null) {
      failure = null;
    }
    done.setPlain(0);
    for (int share = 0; share < threads; share++) {
      next.setRelease(share * LINE, word(number, start(share, tasks)));
    }
    generation.set(number);
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    work(number, 0);
    awaitTasks(tasks);
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private static long word(int number, int task) {
    return (long) number << 32 | task;
  }

  private void awaitTasks(int tasks) {
    int spin = 0;
    while (done.get() != tasks) {
      if (spin < spins) {
        spin++;
        Thread.onSpinWait();
      } else {
        waiter = Thread.currentThread();
        if (done.get() != tasks) {
          LockSupport.park(this);
        }
        waiter = null;
      }
    }
  }

  /** The first task of a thread's share, and the end of the share before. */
  private int start(int share, int tasks) {
    return (int) ((long) tasks * share / threads);
  }

  /** Runs what is left of an operation. */
  private void work(int number, int worker) {
    Task task = this.task;
    int tasks = this.tasks;
    int ran = 0;
    for (int i = 0; i < threads; i++) {
      int share = worker + i < threads ? worker + i : worker + i - threads;
      int end = start(share + 1, tasks);
      for (int at = take(number, share, end); at < end; at = take(number, share, end)) {
        ran++;
        if (failure == null) { // after a failure nobody starts another piece
          try {
            task.run(at, worker);
          } catch (Throwable e) {
            failure = e;
          }
        }
      }
    }
    if (ran > 0 && done.addAndGet(ran) == tasks) {
      Thread waiting = waiter;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /** Takes the next task of a share; {@code end} or more where none is left to this operation. */
  private int take(int number, int share, int end) {
    while (true) {
      long word = next.get(share * LINE);
      int at = (int) word;
      if (word >>> 32 != Integer.toUnsignedLong(number) || at >= end) {
        return NONE_LEFT;
      }
      if (next.compareAndSet(share * LINE, word, word + 1)) {
        return at;
      }
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
      work(seen, worker);
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

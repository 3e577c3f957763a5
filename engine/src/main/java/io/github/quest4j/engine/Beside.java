package io.github.quest4j.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Something that is computed on a thread of its own, beside what its owner does. */
final class Beside<T> {

  private final FutureTask<T> task;

  private Beside(Callable<T> work) {
    this.task = new FutureTask<>(work);
  }

  static <T> Beside<T> start(String thread, Callable<T> work) {
    Beside<T> beside = new Beside<>(work);
    Thread.ofPlatform().daemon().name(thread).start(beside.task);
    return beside;
  }

  /**
   * Waits for the result.
   *
   * @throws RuntimeException what the work threw
   */
  T get() {
    end();
    if (task.state() == Future.State.FAILED) {
      switch (task.exceptionNow()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
    return task.resultNow();
  }

  /** Waits until the work has ended, well or not. */
  void end() {
    boolean interrupted = false;
    while (!task.isDone()) {
      try {
        task.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // It has ended; get() tells how.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

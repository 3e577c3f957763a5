package io.github.quest4j.server.model;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import io.github.quest4j.server.api.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The model of a server, which loads on a thread of its own, and the requests that use it. Owns
 * engine and scheduler. Thread-safe.
 */
public final class ModelHolder implements AutoCloseable {

  private static final int RETRY_LOADING = 5; // seconds
  private static final int RETRY_DRAINING = 10;

  private final CompletableFuture<ServedModel> loaded = new CompletableFuture<>();
  private final Thread loader;
  private int inUse; // requests between use() and done(), guarded by this
  private boolean draining; // guarded by this

  private ModelHolder(ModelSource source, SchedulerOptions options) {
    this.loader =
        Thread.ofPlatform().name("quest-loader").daemon().unstarted(() -> load(source, options));
  }

  /** Begins to load. */
  public static ModelHolder begin(ModelSource source, SchedulerOptions options) {
    ModelHolder holder = new ModelHolder(source, options);
    holder.loader.start();
    return holder;
  }

  private void load(ModelSource source, SchedulerOptions options) {
    try {
      Engine engine = source.opening().call();
      WarmUp.run(engine);
      Scheduler scheduler = Scheduler.start(engine, options);
      loaded.complete(new ServedModel(source.names(), engine, scheduler, Instant.now()));
    } catch (Throwable e) {
      loaded.completeExceptionally(e);
    }
  }

  /** Completes when the model is loaded, or with what went wrong. */
  public CompletableFuture<ServedModel> loaded() {
    return loaded.copy();
  }

  /** The model, if it is loaded. */
  public Optional<ServedModel> model() {
    return loaded.isDone() && !loaded.isCompletedExceptionally()
        ? Optional.of(loaded.join())
        : Optional.empty();
  }

  /** Whether requests are taken: the model is loaded and the server does not end. */
  public synchronized boolean ready() {
    return !draining && model().isPresent();
  }

  /**
   * The model, for a request that calls {@link #done} at its end.
   *
   * @throws ApiException 503 while the model loads, or once the server ends
   */
  public synchronized ServedModel use() {
    if (draining) {
      throw ApiException.unavailable(
          RETRY_DRAINING, "draining", "the server ends and takes no more requests");
    }
    ServedModel model =
        model()
            .orElseThrow(() ->
                ApiException.unavailable(
                    RETRY_LOADING, "loading", "the model is being loaded: try again in a moment"));
    inUse++;
    return model;
  }

  /** A request has ended. */
  public synchronized void done() {
    inUse--;
    notifyAll();
  }

  /** Requests between {@link #use} and {@link #done}. */
  public synchronized int inUse() {
    return inUse;
  }

  /** Takes no more requests; those taken go on. */
  public synchronized void drain() {
    draining = true;
    model().ifPresent(model -> model.scheduler().drain());
  }

  /** Waits until no request is left; whether that came in time. */
  public synchronized boolean awaitIdle(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (inUse > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Takes no more requests and ends those that run. */
  public void cancel() {
    drain();
    model().ifPresent(model -> model.scheduler().close());
  }

  /** Ends what runs and frees the model. Idempotent. */
  @Override
  public void close() {
    drain();
    loader.interrupt();
    boolean interrupted = false;
    while (loader.isAlive()) {
      try {
        loader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    model()
        .ifPresent(model -> {
          model.scheduler().close();
          model.engine().close();
        });
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

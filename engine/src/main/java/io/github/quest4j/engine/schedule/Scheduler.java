package io.github.quest4j.engine.schedule;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.engine.trace.AttentionTrace;
import io.github.quest4j.engine.trace.PromptText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs many requests at once over one engine: continuous batching. Requests join and leave at every
 * step; prompts are read in pieces beside the texts that are written; what prompts have in common
 * is read once and shared. What a request generates is the same, token for token, whatever runs
 * beside it, was cached, or was set back.
 *
 * <p>Thread-safe. One thread of its own drives the engine; it ends with {@link #close}, which the
 * owner calls before closing the engine.
 */
public final class Scheduler implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.engine.schedule");

  private final Engine engine;
  private final SchedulerOptions options;
  private final Batcher batcher;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Object monitor = new Object();
  private final Thread thread;
  private int active; // requests taken that have not ended, guarded by monitor
  private boolean draining; // guarded by monitor
  private volatile SchedulerStats stats;
  private volatile boolean closed;

  private Scheduler(Engine engine, SchedulerOptions options) {
    this.engine = engine;
    this.options = options;
    this.batcher = new Batcher(engine, options);
    this.stats = batcher.stats();
    this.thread = Thread.ofPlatform().name("quest-scheduler").daemon().unstarted(this::loop);
  }

  /** Starts a scheduler over an engine, which others may go on using. */
  public static Scheduler start(Engine engine, SchedulerOptions options) {
    Scheduler scheduler = new Scheduler(engine, options);
    scheduler.thread.start();
    return scheduler;
  }

  /** What it runs requests over. */
  public Engine engine() {
    return engine;
  }

  /** How it was started. */
  public SchedulerOptions options() {
    return options;
  }

  /** What it does and has done, as of the last step; it knows of every end that was told. */
  public SchedulerStats stats() {
    return stats;
  }

  /** Requests taken that have not ended. */
  public int active() {
    synchronized (monitor) {
      return active;
    }
  }

  /**
   * Takes a request whose tokens are not traced.
   *
   * @throws RuntimeException as {@link #submit(GenerateRequest, int, Tracing)}
   */
  public Ticket submit(GenerateRequest request, int samples) {
    return submit(request, samples, Tracing.NONE);
  }

  /**
   * Takes a request.
   *
   * @param samples how many texts to generate from the prompt, with seeds that count up
   * @throws QueueFullException if as many requests wait as may
   * @throws DrainingException after {@link #drain} or {@link #close}
   * @throws EngineException if the prompt is empty, or does not fit the context or the memory
   * @throws IllegalArgumentException if there are more samples than sequences may run, or a value
   *     of the request cannot be served
   */
  public Ticket submit(GenerateRequest request, int samples, Tracing tracing) {
    if (samples < 1 || samples > options.running()) {
      throw new IllegalArgumentException(
          "samples is not in 1.." + options.running() + ", the sequences that run: " + samples);
    }
    synchronized (monitor) {
      requirePlace(); // before the prompt is tokenized: a refusal should cost little
    }
    AttentionOptions how = request.attention().orElse(engine.options().attention());
    engine.check(how);
    int[] prompt = engine.promptOf(request);
    if (!engine.pool().couldHold(prompt.length + 1, engine.options().prefillChunk())) {
      throw new EngineException(
          "the prompt of "
              + prompt.length
              + " tokens does not fit the memory for pages: raise the limit of the KV cache, now "
              + engine.options().kvLimit()
              + " bytes");
    }
    int dense = prompt.length - engine.tail(prompt, request.sparseTail());
    Optional<PromptText> text =
        tracing == Tracing.NONE
            ? Optional.empty()
            : Optional.of(PromptText.of(engine.tokenizer(), request.prompt(), prompt));
    Ticket ticket =
        new Ticket(prompt.length, text, samples, () -> commands.add(() -> {}), this::left);
    List<Lane> lanes = new ArrayList<>(); // the first leads the others
    for (int choice = samples - 1; choice >= 0; choice--) {
      lanes.addFirst(
          new Lane(
              ticket,
              request,
              how,
              prompt,
              dense,
              choice,
              sampler(request, choice, prompt),
              text.map(t -> trace(t, tracing)),
              choice == 0 ? lanes : List.of()));
    }
    synchronized (monitor) {
      requirePlace();
      active++;
      commands.add(() -> batcher.add(lanes.getFirst()));
    }
    return ticket;
  }

  private void requirePlace() {
    if (draining) {
      throw new DrainingException();
    }
    if (active >= options.running() + options.queue()) {
      throw new QueueFullException(active);
    }
  }

  private static AttentionTrace trace(PromptText text, Tracing tracing) {
    return tracing == Tracing.LAYERS ? AttentionTrace.perLayer(text) : AttentionTrace.of(text);
  }

  private TextSampler sampler(GenerateRequest request, int choice, int[] prompt) {
    SamplingOptions sampling = request.sampling().withSeed(request.sampling().seed() + choice);
    TextSampler sampler =
        request.withSampling(sampling).sampler(engine.tokenizer(), engine.config().vocabulary());
    sampler.prompt(prompt);
    return sampler;
  }

  private void left() {
    synchronized (monitor) {
      active--;
      monitor.notifyAll();
    }
  }

  /** Takes no more requests; those taken go on. */
  public void drain() {
    synchronized (monitor) {
      draining = true;
    }
  }

  /**
   * Waits until no request is left.
   *
   * @return whether that came in time
   */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (monitor) {
      while (active > 0) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(monitor, left);
      }
      return true;
    }
  }

  private void loop() {
    while (!closed) {
      try {
        Runnable command = batcher.idle() ? commands.take() : commands.poll();
        for (; command != null; command = commands.poll()) {
          command.run();
        }
        batcher.step();
      } catch (InterruptedException e) {
        closed = true;
      } catch (RuntimeException | OutOfMemoryError e) {
        LOG.log(System.Logger.Level.ERROR, "a step failed", e);
        batcher.failAll(
            new EngineException("the step failed in which the request took part: " + e, e));
      }
      stats = batcher.stats();
      batcher.tellEnds();
    }
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    batcher.close(new DrainingException());
    stats = batcher.stats();
    batcher.tellEnds();
  }

  /** Ends what runs and waits, without an answer, and the thread. Idempotent. */
  @Override
  public void close() {
    drain();
    closed = true;
    commands.add(() -> {});
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

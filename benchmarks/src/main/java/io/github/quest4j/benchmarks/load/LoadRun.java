package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One round of a load on one server. */
final class LoadRun {

  private static final double SECONDS_AFTER_FAILURE = 0.1;
  private static final double SECONDS_AFTER_BUSY = 1;
  private static final double MOST_SECONDS_AFTER_BUSY = 30;
  private static final long UPDATE_MILLIS = 200;

  private final LoadPlan plan;
  private final Prompts prompts;
  private final ServerClient client;
  private final int round;
  private final CountDownLatch stopped;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean intruding;
  private volatile long start;

  /**
   * Prepares a round.
   *
   * @param stopped counted down when the load is to end early
   */
  LoadRun(LoadPlan plan, Prompts prompts, ServerClient client, int round, CountDownLatch stopped) {
    this.plan = plan;
    this.prompts = prompts;
    this.client = client;
    this.round = round;
    this.stopped = stopped;
    this.intruding = plan.intrusion().isPresent();
  }

  /** Sends the load and waits for all answers. */
  Round run(String what, LoadListener listener) throws InterruptedException {
    double cpu = ClientCpu.seconds();
    start = System.nanoTime();
    try (ExecutorService threads = threads()) {
      try {
        List<Future<?>> work = new ArrayList<>();
        plan.intrusion().ifPresent(intrusion -> work.add(threads.submit(() -> intrude(intrusion))));
        work.add(threads.submit(() -> load(threads)));
        for (Future<?> part : work) {
          await(part, what, listener);
        }
      } catch (InterruptedException e) {
        client.stop();
        threads.shutdownNow();
        throw e;
      }
    }
    return new Round(
        outcomes,
        plan.intrusion().map(Intrusion.Plan::tokens).orElse(0),
        ClientCpu.seconds() - cpu);
  }

  /**
   * A closed loop has as many threads as streams, and the kernel wakes a thread of its own at two
   * thirds of the processor time that a virtual one takes. Those of an open loop have no bound.
   */
  private ExecutorService threads() {
    return Executors.newThreadPerTaskExecutor(
        plan.streams() > 0 ? Thread.ofPlatform().daemon().factory() : Thread.ofVirtual().factory());
  }

  private void await(Future<?> work, String what, LoadListener listener)
      throws InterruptedException {
    while (!work.isDone()) {
      if (plan.requests() > 0) {
        listener.update(what, "requests", Math.min(ended.get(), plan.requests()), plan.requests());
      } else {
        long total = (long) Math.ceil(plan.seconds());
        listener.update(what, "s", Math.min(total, (long) elapsed()), total);
      }
      try {
        work.get(UPDATE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // still at work, or looked at below
      }
    }
    if (work.state() == Future.State.FAILED) {
      throw new IllegalStateException("the load failed", work.exceptionNow());
    }
  }

  private double elapsed() {
    return (System.nanoTime() - start) / 1e9;
  }

  private Void load(ExecutorService threads) throws InterruptedException, ExecutionException {
    if (plan.document().isPresent() && !plan.document().get().together()) {
      send(next.getAndIncrement(), plan.streams() > 0 ? 0 : -1);
    }
    List<Future<?>> work = new ArrayList<>();
    if (plan.streams() == 0) {
      arrive(threads, work);
    }
    for (int i = 0; i < plan.streams(); i++) {
      int stream = i;
      work.add(threads.submit(() -> stream(stream)));
    }
    for (Future<?> part : work) {
      part.get();
    }
    return null;
  }

  /** One stream of the closed loop. */
  private Void stream(int stream) throws InterruptedException {
    while (!over()) {
      int index = next.getAndIncrement();
      if (plan.requests() > 0 && index >= plan.requests() && !intruding) {
        break;
      }
      Outcome outcome = send(index, stream);
      if (outcome.failure().isPresent() && stopped(pauseAfter(outcome.failure().get()))) {
        break;
      }
    }
    return null;
  }

  private boolean over() {
    if (stopped.getCount() == 0) {
      return true;
    }
    return plan.seconds() > 0 && elapsed() >= plan.seconds() && !intruding;
  }

  /** A server that refuses at once would otherwise be asked in a tight loop. */
  private static double pauseAfter(Failure failure) {
    return failure.kind() == Failure.Kind.BUSY
        ? Math.min(failure.retryAfter().orElse(SECONDS_AFTER_BUSY), MOST_SECONDS_AFTER_BUSY)
        : SECONDS_AFTER_FAILURE;
  }

  /** The open loop: arrivals do not wait for answers. */
  private void arrive(ExecutorService threads, List<Future<?>> work) throws InterruptedException {
    SplittableRandom random = Prompts.random(plan.seed(), round, -3);
    double at = plan.document().isPresent() ? elapsed() : 0;
    while (true) {
      at += -Math.log1p(-random.nextDouble()) / plan.rate();
      int index = next.getAndIncrement();
      if ((plan.requests() > 0 && index >= plan.requests())
          || (plan.seconds() > 0 && at >= plan.seconds())) {
        return;
      }
      LoadRequest request = prompts.request(round, index);
      if (stopped(at - elapsed())) {
        return;
      }
      long intended = start + (long) (at * 1e9);
      work.add(threads.submit(() -> ended(client.ask(request, -1, intended))));
    }
  }

  private Void intrude(Intrusion.Plan intrusion) throws InterruptedException, ExecutionException {
    LoadRequest request = prompts.intruder(round, intrusion);
    try {
      if (!stopped(intrusion.after() - elapsed())) {
        ended(client.ask(request, -1, System.nanoTime()));
      }
    } finally {
      intruding = false;
    }
    return null;
  }

  private Outcome send(int index, int stream) {
    LoadRequest request = prompts.request(round, index);
    return ended(client.ask(request, stream, System.nanoTime()));
  }

  private Outcome ended(Outcome outcome) {
    outcomes.add(outcome);
    ended.incrementAndGet();
    return outcome;
  }

  /** Waits; true where the load is to end. */
  private boolean stopped(double seconds) throws InterruptedException {
    return stopped.await(Math.max(0, (long) (seconds * 1e9)), TimeUnit.NANOSECONDS);
  }
}

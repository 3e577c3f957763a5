package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.BenchmarkException;
import io.github.quest4j.benchmarks.load.SoakQuestions.Question;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a Quest4J server busy for long with clients of all manners, of which a part goes away at
 * random moments, and looks whether it loses anything by that: every greedy answer that comes whole
 * is compared with the answer to the same request alone, and what the server holds at the end with
 * what it held after the warm-up.
 */
public final class Soak {

  private static final int RELEASE = 240; // seconds in which a server must come to rest
  private static final int CONNECTION_TICK = 250; // ms

  private final Target target;
  private final SoakPlan plan;
  private final SoakQuestions questions;
  private final SoakTally tally = new SoakTally();
  private final Map<Integer, Map<Integer, String>> alone = new HashMap<>();
  private final SoakClient client;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Prepares a soak.
   *
   * @param target over http, as half of a TLS handshake is not what is tested
   * @param source of the prompts' text
   */
  public Soak(Target target, SoakPlan plan, TextSource source) {
    if (!"http".equals(target.base().getScheme()) || target.base().getPort() < 0) {
      throw new IllegalArgumentException(
          "a soak needs an address with a port: http://HOST:PORT, not " + target.name());
    }
    this.target = target;
    this.plan = plan;
    this.questions = new SoakQuestions(plan, source);
    this.client = new SoakClient(target, questions, alone, tally);
  }

  /** Ends {@link #run} early, with what there is. Any thread may call it. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Runs it.
   *
   * @throws BenchmarkException if the server cannot be reached, is no Quest4J server, or does not
   *     answer the questions while nobody else asks
   */
  public SoakReport run(LoadListener listener) {
    try {
      SoakHealth.of(target);
      for (Question question : questions.all()) {
        alone.put(question.index(), alone(question));
        listener.update("Asking alone", "questions", alone.size(), plan.questions());
      }
      load("Warming up", plan.warmUp(), -1, listener);
      SoakHealth before = rest();
      long began = System.nanoTime();
      load("Soaking", plan.seconds(), 0, listener);
      double seconds = (System.nanoTime() - began) / 1e9;
      SoakHealth after = rest();
      int again = 0;
      for (Question question : questions.all()) {
        again += alone(question).equals(alone.get(question.index())) ? 1 : 0;
      }
      boolean interrupted = stopped.getCount() == 0;
      return new SoakReport(plan, seconds, before, after, tally.counts(), again, interrupted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted while the soak ran", e);
    }
  }

  private Map<Integer, String> alone(Question question) throws InterruptedException {
    SoakAnswer answer;
    try {
      answer = client.ask(question, false, 1 << 14, _ -> {});
    } catch (IOException e) {
      throw new BenchmarkException(target.name() + " answers no more: " + e.getMessage(), e);
    }
    if (answer.status() != 200) {
      throw new BenchmarkException(
          "%s does not answer question %d: HTTP %d %s"
              .formatted(target.name(), question.index(), answer.status(), answer.error()));
    }
    return answer.texts();
  }

  private void load(String what, double seconds, int round, LoadListener listener)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < plan.clients(); i++) {
        SplittableRandom random = Prompts.random(plan.seed(), round, i);
        var _ =
            threads.submit(() -> {
              while (System.nanoTime() - end < 0 && stopped.getCount() > 0) {
                client.act(SoakManner.draw(plan, random), random);
              }
              return true;
            });
      }
      threads.shutdown();
      while (!threads.awaitTermination(CONNECTION_TICK, TimeUnit.MILLISECONDS)) {
        double left = Math.max(0, (end - System.nanoTime()) / 1e9);
        listener.update(what, "s", Math.round(seconds - left), Math.round(seconds));
      }
    }
  }

  /** What the server holds once nothing is under way, or after as long as that may take. */
  private SoakHealth rest() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RELEASE);
    SoakHealth health = SoakHealth.of(target);
    while (!health.idle() && System.nanoTime() - end < 0) {
      Thread.sleep(CONNECTION_TICK);
      health = SoakHealth.of(target);
    }
    var _ = stopped.await((long) (1_000 * plan.settle()), TimeUnit.MILLISECONDS);
    return SoakHealth.of(target);
  }
}

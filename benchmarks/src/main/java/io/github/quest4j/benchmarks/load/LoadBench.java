package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.BenchmarkException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * Measures one server under load, or two in turn under the same: same prompts, same lengths, same
 * arrivals. Which of the two goes first changes from round to round.
 */
public final class LoadBench {

  private static final int SAMPLE = 800; // characters of the shorter prompt of the calibration
  private static final int LONGER_SAMPLE = 4_000;

  private final List<Target> targets;
  private final LoadPlan plan;
  private final TextSource source;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<ServerClient> clients;

  /**
   * Prepares a measurement.
   *
   * @param targets one server, or two to compare
   * @param source of the prompts' text
   */
  public LoadBench(List<Target> targets, LoadPlan plan, TextSource source) {
    this.targets = List.copyOf(targets);
    this.plan = plan;
    this.source = source;
    this.clients =
        this.targets.stream()
            .map(target -> new ServerClient(target, plan.ignoreEos(), plan.silence()))
            .toList();
    if (this.targets.isEmpty() || this.targets.size() > 2) {
      throw new IllegalArgumentException("one or two servers are needed, not " + targets.size());
    }
  }

  /** Ends {@link #run} early, with what there is. Any thread may call it. */
  public void stop() {
    stopped.countDown();
    clients.forEach(ServerClient::stop);
  }

  /**
   * Measures.
   *
   * @param rounds of the load on each server
   * @throws BenchmarkException if a server cannot be reached, or answers no request of the warm-up
   */
  public LoadReport run(int rounds, LoadListener listener) {
    if (rounds < 1 || rounds > 1_000) {
      throw new IllegalArgumentException("rounds are not in 1..1000: " + rounds);
    }
    try {
      clients.forEach(ServerClient::findModel);
      return measure(rounds, listener);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted while the load ran", e);
    }
  }

  private LoadReport measure(int rounds, LoadListener listener) throws InterruptedException {
    Calibration calibration = calibrate(clients.getFirst(), targets.getFirst());
    Prompts prompts = new Prompts(plan, calibration, source);
    for (int i = 0; i < clients.size() && plan.warmUp() > 0; i++) {
      warmUp(clients.get(i), targets.get(i), prompts, listener);
    }
    List<List<Round>> measured = new ArrayList<>();
    targets.forEach(_ -> measured.add(new ArrayList<>()));
    for (int round = 0; round < rounds && !isStopped(); round++) {
      for (int turn = 0; turn < clients.size() && !isStopped(); turn++) {
        int at = (turn + round) % clients.size();
        String what = rounds == 1 ? "Measuring" : "Round " + (round + 1) + " of " + rounds;
        if (clients.size() > 1) {
          what += ", " + targets.get(at).name();
        }
        Round result =
            new LoadRun(plan, prompts, clients.get(at), round, stopped).run(what, listener);
        if (!result.outcomes().isEmpty()) {
          measured.get(at).add(result);
        }
      }
    }
    List<LoadReport.Server> servers = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      servers.add(new LoadReport.Server(targets.get(i), clients.get(i).model(), measured.get(i)));
    }
    return new LoadReport(plan, calibration, servers, isStopped());
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Two prompts tell how many characters a token has. */
  private Calibration calibrate(ServerClient client, Target target) {
    Prompts prompts = new Prompts(plan, Calibration.GUESS, source);
    Outcome sample = require(client, target, prompts.sample(0, SAMPLE));
    Outcome longer = require(client, target, prompts.sample(1, LONGER_SAMPLE));
    OptionalInt tokens = sample.promptTokens();
    OptionalInt longerTokens = longer.promptTokens();
    return tokens.isPresent() && longerTokens.isPresent()
        ? Calibration.of(SAMPLE, tokens.getAsInt(), LONGER_SAMPLE, longerTokens.getAsInt())
        : Calibration.GUESS;
  }

  private Outcome require(ServerClient client, Target target, LoadRequest request) {
    Outcome outcome = client.ask(request, -1, System.nanoTime());
    if (isStopped()) {
      throw new BenchmarkException(
          "interrupted before anything was measured", new InterruptedException());
    }
    outcome.failure().ifPresent(failure -> fail(target, failure));
    return outcome;
  }

  private void warmUp(ServerClient client, Target target, Prompts prompts, LoadListener listener)
      throws InterruptedException {
    Round round =
        new LoadRun(plan.ofWarmUp(), prompts, client, Prompts.WARM_UP, stopped)
            .run("Warming up", listener);
    if (round.finished().findAny().isEmpty() && !isStopped()) {
      round.outcomes().stream()
          .flatMap(outcome -> outcome.failure().stream())
          .findFirst()
          .ifPresent(failure -> fail(target, failure));
    }
  }

  private static void fail(Target target, Failure failure) {
    throw new BenchmarkException(
        "%s answers no request: %s".formatted(target.name(), failure.detail()));
  }
}

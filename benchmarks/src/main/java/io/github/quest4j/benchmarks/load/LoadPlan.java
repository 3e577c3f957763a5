package io.github.quest4j.benchmarks.load;

import java.util.Optional;

/**
 * What is sent, and when. Either {@code streams} requests are under way at any time, and each that
 * ends is followed by the next (closed loop), or requests are sent at {@code rate} whatever becomes
 * of them (open loop, Poisson arrivals).
 *
 * @param streams of the closed loop; 0 for the open one
 * @param rate requests per second of the open loop; 0 for the closed one
 * @param requests of a round; 0 for as many as fit into {@code seconds}
 * @param seconds after which no request is begun; 0 for no such limit
 * @param promptTokens lengths of the prompts
 * @param outputTokens lengths of the answers
 * @param document that all requests share
 * @param intrusion a long prompt that arrives while streams run
 * @param ignoreEos whether the server is asked to go on behind the end of an answer, so that all
 *     servers generate equally many tokens
 * @param warmUp requests before those that count
 * @param silence seconds after which an answer that goes on no more is given up
 * @param seed of prompts, lengths and arrivals
 */
public record LoadPlan(
    int streams,
    double rate,
    int requests,
    double seconds,
    Lengths promptTokens,
    Lengths outputTokens,
    Optional<SharedDocument> document,
    Optional<Intrusion.Plan> intrusion,
    boolean ignoreEos,
    int warmUp,
    double silence,
    long seed) {

  private static final int MAX_STREAMS = 4_096;
  private static final int MAX_REQUESTS = 100_000;
  private static final double MAX_RATE = 10_000;
  private static final double MAX_SECONDS = 86_400;

  /** Checks the values. */
  public LoadPlan {
    requireRange("streams", streams, 0, MAX_STREAMS);
    requireRange("requests per second", rate, 0, MAX_RATE);
    requireRange("requests", requests, 0, MAX_REQUESTS);
    requireRange("seconds", seconds, 0, MAX_SECONDS);
    requireRange("requests of the warm-up", warmUp, 0, MAX_REQUESTS);
    requireRange("seconds of silence", silence, 0.1, MAX_SECONDS);
    if (streams > 0 == rate > 0) {
      throw new IllegalArgumentException(
          "a load is either closed, with a number of streams, or open, with a rate of requests");
    }
    if (requests == 0 && seconds == 0) {
      throw new IllegalArgumentException(
          "a load without end: give a number of requests or a duration");
    }
    if (intrusion.isPresent() && streams == 0) {
      throw new IllegalArgumentException(
          "a prompt can intrude only where streams run: give a number of streams, not a rate");
    }
    if (intrusion.isPresent() && document.isPresent()) {
      throw new IllegalArgumentException(
          "a shared document and an intruding prompt are two measurements: give one of them");
    }
  }

  private static void requireRange(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "%s is not in %s..%s: %s".formatted(name, text(min), text(max), text(value)));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The warm-up before this: the same lengths, nothing shared, nobody intrudes. */
  LoadPlan ofWarmUp() {
    return new LoadPlan(
        Math.max(1, Math.min(streams, warmUp)),
        0,
        warmUp,
        0,
        promptTokens,
        outputTokens,
        Optional.empty(),
        Optional.empty(),
        ignoreEos,
        0,
        silence,
        seed);
  }
}

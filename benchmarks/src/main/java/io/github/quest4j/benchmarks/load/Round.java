package io.github.quest4j.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One load on one server. Moments are nanoseconds of {@link System#nanoTime()}.
 *
 * @param outcomes of all requests, in the order of their ends
 * @param intruderTokens asked for; 0 for none
 * @param clientCpu seconds of processor time that this program used meanwhile
 */
public record Round(List<Outcome> outcomes, int intruderTokens, double clientCpu) {

  /** Keeps an own copy of the list. */
  public Round {
    outcomes = List.copyOf(outcomes);
  }

  /** Whole answers. */
  public Stream<Outcome> finished() {
    return outcomes.stream().filter(Outcome::finished);
  }

  /** Seconds from the first start to the last end; 0 without requests. */
  public double seconds() {
    return (end() - start()) / 1e9;
  }

  private long start() {
    return outcomes.stream().mapToLong(Outcome::intended).reduce(Round::earlier).orElse(0);
  }

  private long end() {
    return outcomes.stream().mapToLong(Outcome::ended).reduce(Round::later).orElse(0);
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  /** Output tokens per second, from the first start to the last end. */
  public double outputPerSecond() {
    return finished().mapToLong(Outcome::outputTokens).sum() / seconds();
  }

  /** Prompt tokens per second, those from the server's cache included; NaN if it tells none. */
  public double promptPerSecond() {
    return finished().anyMatch(outcome -> outcome.promptTokens().isPresent())
        ? finished().mapToLong(outcome -> outcome.promptTokens().orElse(0)).sum() / seconds()
        : Double.NaN;
  }

  /** Whole answers per second. */
  public double requestsPerSecond() {
    return finished().count() / seconds();
  }

  /**
   * Output tokens per second while the load was whole: in the closed loop from when every stream
   * had got its first text to when the first one had nothing more to ask, in the open loop from the
   * first arrival of a request to the last. Empty where that is no time at all.
   */
  public OptionalDouble steadyOutputPerSecond() {
    List<Outcome> load =
        outcomes.stream().filter(outcome -> outcome.role() != Role.INTRUDER).toList();
    if (load.isEmpty()) {
      return OptionalDouble.empty();
    }
    long from;
    long to;
    if (load.stream().allMatch(outcome -> outcome.stream() < 0)) {
      from = load.stream().mapToLong(Outcome::intended).reduce(Round::earlier).orElseThrow();
      to = load.stream().mapToLong(Outcome::intended).reduce(Round::later).orElseThrow();
    } else {
      Map<Integer, Long> firsts = new HashMap<>();
      Map<Integer, Long> ends = new HashMap<>();
      for (Outcome outcome : load) {
        if (outcome.stream() >= 0 && outcome.answered()) {
          firsts.merge(outcome.stream(), outcome.arrivals()[0], Round::earlier);
          ends.merge(outcome.stream(), outcome.ended(), Round::later);
        }
      }
      if (firsts.isEmpty()) {
        return OptionalDouble.empty();
      }
      from = firsts.values().stream().reduce(Round::later).orElseThrow();
      to = ends.values().stream().reduce(Round::earlier).orElseThrow();
    }
    if (to - from <= 0) {
      return OptionalDouble.empty();
    }
    double tokens = outcomes.stream().mapToDouble(outcome -> outcome.tokensWithin(from, to)).sum();
    return OptionalDouble.of(tokens / ((to - from) / 1e9));
  }

  /** Processor time of this program as a share of one core. */
  public double clientShare() {
    return clientCpu / seconds();
  }

  /**
   * A time of whole answers of the load itself.
   *
   * @param time of an answer, in seconds; NaN where it has none
   */
  public Optional<Percentiles> percentiles(ToDoubleFunction<Outcome> time) {
    return percentiles(outcomes, time);
  }

  static Optional<Percentiles> percentiles(List<Outcome> outcomes, ToDoubleFunction<Outcome> time) {
    return Percentiles.of(
        outcomes.stream()
            .filter(outcome -> outcome.finished() && outcome.role() != Role.INTRUDER)
            .mapToDouble(time)
            .filter(seconds -> !Double.isNaN(seconds))
            .toArray());
  }

  /** Times to the first token of the questions of a role, in the order in which they were asked. */
  double[] firstTokens(Role role) {
    return finished()
        .filter(outcome -> outcome.role() == role && outcome.answered())
        .sorted((a, b) -> Long.signum(a.sent() - b.sent()))
        .mapToDouble(Outcome::timeToFirstToken)
        .toArray();
  }

  /** What the intruding prompt did; empty where there was none. */
  public Optional<Intrusion> intrusion() {
    return Intrusion.of(outcomes, intruderTokens);
  }
}

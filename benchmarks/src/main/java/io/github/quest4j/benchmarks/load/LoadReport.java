package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.Spread;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What was measured.
 *
 * @param plan what was sent
 * @param calibration how prompts got their lengths
 * @param servers that were measured, in turn
 * @param interrupted whether the load was stopped before its end
 */
public record LoadReport(
    LoadPlan plan, Calibration calibration, List<Server> servers, boolean interrupted) {

  /** Keeps an own copy of the list. */
  public LoadReport {
    servers = List.copyOf(servers);
  }

  /**
   * One server.
   *
   * @param model that was asked
   * @param rounds that counted
   */
  public record Server(Target target, String model, List<Round> rounds) {

    /** Keeps an own copy of the list. */
    public Server {
      rounds = List.copyOf(rounds);
    }

    /** The requests of all rounds. */
    public List<Outcome> outcomes() {
      return rounds.stream().flatMap(round -> round.outcomes().stream()).toList();
    }

    /** A time over the whole answers of all rounds; see {@link Round#percentiles}. */
    public Optional<Percentiles> percentiles(ToDoubleFunction<Outcome> time) {
      return Round.percentiles(outcomes(), time);
    }

    /** How often each kind of failure came. Requests that were stopped are none. */
    public Map<String, Long> failures() {
      Map<String, Long> counts = new TreeMap<>();
      failed().forEach(failure -> counts.merge(failure.label(), 1L, Long::sum));
      return counts;
    }

    /** The first failure that is the server's. */
    public Optional<Failure> firstFailure() {
      return failed().findFirst();
    }

    private Stream<Failure> failed() {
      return outcomes().stream()
          .flatMap(outcome -> outcome.failure().stream())
          .filter(failure -> failure.kind() != Failure.Kind.STOPPED);
    }

    /** Seconds that the server wanted to be left alone, of those answers that said so. */
    public Optional<Spread> retryAfter() {
      double[] seconds =
          failed()
              .map(Failure::retryAfter)
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .toArray();
      return seconds.length == 0 ? Optional.empty() : Optional.of(Spread.of(seconds));
    }

    /** Share of the prompt tokens that came from the server's cache; empty if it tells none. */
    public OptionalDouble cachedShare() {
      return cachedBehind(0);
    }

    /**
     * The same share behind what all prompts have in common, such as a chat template.
     *
     * @param common tokens of that
     */
    public OptionalDouble cachedBehind(double common) {
      double prompt = 0;
      double cached = 0;
      for (Outcome outcome : outcomes()) {
        if (outcome.cachedTokens().isPresent() && outcome.promptTokens().isPresent()) {
          prompt += Math.max(0, outcome.promptTokens().getAsInt() - common);
          cached += Math.max(0, outcome.cachedTokens().getAsInt() - common);
        }
      }
      return prompt == 0 ? OptionalDouble.empty() : OptionalDouble.of(cached / prompt);
    }

    /** A figure over the rounds that have it; empty where none has. */
    public Optional<Spread> spread(Figure figure) {
      double[] values = rounds.stream().mapToDouble(figure::of).filter(Double::isFinite).toArray();
      return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
    }
  }

  /**
   * The first server's figure divided by the second's, of each pair of rounds; empty where there is
   * no pair that has it.
   */
  public Optional<Spread> ratio(Figure figure) {
    if (servers.size() < 2) {
      return Optional.empty();
    }
    List<Round> over = servers.get(0).rounds();
    List<Round> under = servers.get(1).rounds();
    double[] ratios =
        IntStream.range(0, Math.min(over.size(), under.size()))
            .mapToDouble(i -> figure.of(over.get(i)) / figure.of(under.get(i)))
            .filter(Double::isFinite)
            .toArray();
    return ratios.length == 0 ? Optional.empty() : Optional.of(Spread.of(ratios));
  }
}

package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a long prompt does to the streams that run when it arrives.
 *
 * @param tokens of the prompt, as the server counted them; what was asked for where it did not
 * @param timeToFirstToken of the long prompt, in seconds; NaN where it got no answer
 * @param medianStep seconds from one event to the next before it came
 * @param pauses seconds from one event to the next while it was read, all streams together
 */
public record Intrusion(
    int tokens, double timeToFirstToken, double medianStep, Percentiles pauses) {

  /**
   * A prompt that intrudes.
   *
   * @param tokens of it
   * @param after seconds from the start of the load to its arrival
   */
  public record Plan(int tokens, double after) {

    private static final int MAX_TOKENS = 1_000_000;
    private static final double MAX_SECONDS = 86_400;

    /** Checks the values. */
    public Plan {
      if (tokens < 1 || tokens > MAX_TOKENS) {
        throw new IllegalArgumentException(
            "tokens of the intruding prompt are not in 1.." + MAX_TOKENS + ": " + tokens);
      }
      if (!(after >= 0) || after > MAX_SECONDS) {
        throw new IllegalArgumentException(
            "seconds before the intruding prompt are not in 0.." + MAX_SECONDS + ": " + after);
      }
    }
  }

  /** How many median steps the longest pause took. */
  public double longestPauseInSteps() {
    return pauses.max() / medianStep;
  }

  /**
   * Measures it in a round.
   *
   * @return empty where nothing intruded, or no stream ran before and meanwhile
   */
  static Optional<Intrusion> of(List<Outcome> outcomes, int asked) {
    Optional<Outcome> found =
        outcomes.stream().filter(outcome -> outcome.role() == Role.INTRUDER).findFirst();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Outcome intruder = found.get();
    long from = intruder.sent();
    long to = intruder.answered() ? intruder.arrivals()[0] : intruder.ended();
    List<Double> before = new ArrayList<>();
    List<Double> meanwhile = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      long[] arrivals = outcome.role() == Role.INTRUDER ? new long[0] : outcome.arrivals();
      for (int i = 1; i < arrivals.length; i++) {
        double pause = (arrivals[i] - arrivals[i - 1]) / 1e9;
        if (arrivals[i] - from <= 0) {
          before.add(pause);
        } else if (arrivals[i - 1] - to < 0) {
          meanwhile.add(pause);
        }
      }
    }
    Optional<Percentiles> steps = Percentiles.of(array(before));
    return Percentiles.of(array(meanwhile))
        .flatMap(pauses ->
            steps.map(step ->
                new Intrusion(
                    intruder.promptTokens().orElse(asked),
                    intruder.timeToFirstToken(),
                    step.p50(),
                    pauses)));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}

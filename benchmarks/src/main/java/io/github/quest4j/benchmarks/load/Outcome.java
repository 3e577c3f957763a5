package io.github.quest4j.benchmarks.load;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of one request. Moments are nanoseconds of {@link System#nanoTime()}.
 *
 * @param role what it was for
 * @param stream which of the closed loop's streams sent it; -1 for none
 * @param intended when it should have been sent
 * @param sent when it was sent
 * @param arrivals when each event with text came, {@code [events]}
 * @param ended when the answer was whole, or failed
 * @param maxTokens tokens asked for
 * @param promptTokens of the prompt, where the server told
 * @param outputTokens of the answer: as the server told, else the events with text
 * @param outputTold whether the server told the tokens of the answer
 * @param cachedTokens of the prompt that the server found in its cache, where it told
 * @param failure why the answer is not whole
 */
public record Outcome(
    Role role,
    int stream,
    long intended,
    long sent,
    long[] arrivals,
    long ended,
    int maxTokens,
    OptionalInt promptTokens,
    int outputTokens,
    boolean outputTold,
    OptionalInt cachedTokens,
    Optional<Failure> failure) {

  private static final double NANOS = 1e9;

  /** Whether the answer is whole. */
  public boolean finished() {
    return failure.isEmpty();
  }

  /** Whether any text came. */
  boolean answered() {
    return arrivals.length > 0;
  }

  /** Seconds from the intended moment to the first text; NaN where none came. */
  public double timeToFirstToken() {
    return answered() ? (arrivals[0] - intended) / NANOS : Double.NaN;
  }

  /**
   * Seconds from one token to the next, the mean over the answer; NaN for fewer than two tokens.
   */
  public double timePerToken() {
    return answered() && outputTokens > 1
        ? (arrivals[arrivals.length - 1] - arrivals[0]) / NANOS / (outputTokens - 1)
        : Double.NaN;
  }

  /** The longest seconds between two events with text; NaN for fewer than two events. */
  public double longestPause() {
    double longest = Double.NaN;
    for (int i = 1; i < arrivals.length; i++) {
      longest =
          Math.max(Double.isNaN(longest) ? 0 : longest, (arrivals[i] - arrivals[i - 1]) / NANOS);
    }
    return longest;
  }

  /** Seconds from the intended moment to the end. */
  public double latency() {
    return (ended - intended) / NANOS;
  }

  /** Tokens that came from {@code from} to before {@code to}, if all events had equally many. */
  double tokensWithin(long from, long to) {
    int events = 0;
    for (long arrival : arrivals) {
      events += arrival - from >= 0 && arrival - to < 0 ? 1 : 0;
    }
    return events == 0 ? 0 : (double) events * outputTokens / arrivals.length;
  }
}

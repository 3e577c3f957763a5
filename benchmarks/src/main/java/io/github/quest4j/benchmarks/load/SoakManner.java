package io.github.quest4j.benchmarks.load;

import java.util.List;
import java.util.SplittableRandom;

/** How a client of a soak behaves. */
enum SoakManner {
  /** Reads a stream to its end. */
  STREAM("reads a stream"),
  /** Waits for a whole answer. */
  WHOLE("waits for the whole answer"),
  /** Reads a stream in small pieces, with pauses. */
  SLOW_READER("reads slowly"),
  /** Goes in the middle of its request. */
  GOES_IN_REQUEST("goes in its request"),
  /** Goes while its prompt is read, or waits. */
  GOES_IN_PROMPT("goes while its prompt is read"),
  /** Goes in the middle of the stream. */
  GOES_IN_STREAM("goes in the stream"),
  /** Asks for much and reads nothing of it, then goes. */
  NEVER_READS("never reads, then goes"),
  /** Sends what must be refused. */
  BAD("sends what is bad"),
  /** Connects and says nothing. */
  SILENT("connects, says nothing"),
  /** Sends a head byte by byte. */
  SLOW_HEAD("sends its head slowly"),
  /** Sends a body byte by byte. */
  SLOW_BODY("sends its body slowly");

  private static final List<SoakManner> GOOD = List.of(STREAM, STREAM, WHOLE, SLOW_READER);
  private static final List<SoakManner> VANISHING =
      List.of(GOES_IN_REQUEST, GOES_IN_PROMPT, GOES_IN_PROMPT, GOES_IN_STREAM, NEVER_READS);
  private static final List<SoakManner> RUDE = List.of(SILENT, SLOW_HEAD, SLOW_BODY);

  private final String label;

  SoakManner(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  static SoakManner draw(SoakPlan plan, SplittableRandom random) {
    double at = random.nextDouble();
    if (at < plan.vanishing()) {
      return VANISHING.get(random.nextInt(VANISHING.size()));
    }
    if (at < plan.vanishing() + plan.bad()) {
      return BAD;
    }
    if (at < plan.vanishing() + plan.bad() + plan.rude()) {
      return RUDE.get(random.nextInt(RUDE.size()));
    }
    return GOOD.get(random.nextInt(GOOD.size()));
  }
}

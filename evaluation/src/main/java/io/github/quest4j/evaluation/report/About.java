package io.github.quest4j.evaluation.report;

import java.time.Instant;
import java.util.List;

/**
 * How the rows of a report came to be.
 *
 * @param command what was typed
 * @param processor the machine's, as it names itself
 * @param cores that were used
 * @param commit of the engine; empty if unknown
 * @param date when the measurement ended
 * @param secondsMeasured the measurement took
 * @param secondsSaved by prefilling a prompt once for all selectors; 0 if none
 * @param notes sentences that a reader must know, such as what was left out
 */
public record About(
    String command,
    String processor,
    int cores,
    String commit,
    Instant date,
    double secondsMeasured,
    double secondsSaved,
    List<String> notes) {

  /** Keeps a copy of the notes. */
  public About {
    notes = List.copyOf(notes);
  }
}

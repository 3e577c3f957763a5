package io.github.quest4j.benchmarks;

import java.util.OptionalLong;

/**
 * What one layer's decode attention takes, dense and with Quest.
 *
 * @param setup what was measured
 * @param copies of the layer that took turns
 * @param cacheBytes of the processor's largest cache, where the system tells
 * @param dense microseconds of a step
 * @param quest microseconds of a step
 * @param speedup dense over Quest, of each pair of repetitions
 * @param score microseconds of a Quest step, median
 * @param select likewise
 * @param attend likewise
 * @param merge likewise
 * @param denseBytes keys and values that a dense step reads
 * @param questBytes keys and values that a Quest step reads
 * @param digestBytes digests that a Quest step reads
 * @param selections lists of pages chosen in a repetition; 0 says that nothing was sparse
 * @param bandwidth bytes per second that this machine reads with the same threads
 * @param settled whether the warm-up settled
 */
public record LayerResult(
    LayerSetup setup,
    int copies,
    OptionalLong cacheBytes,
    Spread dense,
    Spread quest,
    Spread speedup,
    double score,
    double select,
    double attend,
    double merge,
    double denseBytes,
    double questBytes,
    double digestBytes,
    long selections,
    double bandwidth,
    boolean settled) {

  /** Bytes of keys and values that lie between two steps of the same copy. */
  public long workingSet() {
    return copies * setup.layerBytes();
  }

  /** Bytes per second that dense steps read. */
  public double denseRate() {
    return denseBytes / dense.median() * 1e6;
  }

  /** Bytes per second that Quest steps read. */
  public double questRate() {
    return (questBytes + digestBytes) / quest.median() * 1e6;
  }
}

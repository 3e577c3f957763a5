package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the requests of a soak. Thread-safe. */
final class SoakTally {

  /** The end of a client that went before its answer was whole. */
  static final String GONE = "gone";

  private static final int MAX_TOLD = 20;

  private final Map<SoakManner, Map<String, Long>> counts = new TreeMap<>();
  private final List<String> told = new ArrayList<>();
  private long wrong;
  private long compared;
  private long requests;

  /** So a request ended, as it should. */
  synchronized void good(SoakManner manner, String how) {
    requests++;
    counts.computeIfAbsent(manner, _ -> new TreeMap<>()).merge(how, 1L, Long::sum);
  }

  /** An answer was compared, and equal. */
  synchronized void equal(SoakManner manner) {
    compared++;
    good(manner, "equal");
  }

  /** An answer was compared, and another one. */
  synchronized void different(SoakManner manner, String detail) {
    compared++;
    wrong(manner, "DIFFERENT", detail);
  }

  /** So a request ended, as it must not. */
  synchronized void wrong(SoakManner manner, String how, String detail) {
    wrong++;
    good(manner, how);
    if (told.size() < MAX_TOLD) {
      told.add(manner.label() + ": " + how + ": " + detail);
    }
  }

  synchronized long requests() {
    return requests;
  }

  synchronized SoakReport.Counts counts() {
    Map<String, Map<String, Long>> all = new TreeMap<>();
    counts.forEach((manner, how) -> all.put(manner.label(), new TreeMap<>(how)));
    return new SoakReport.Counts(requests, compared, wrong, all, List.copyOf(told));
  }
}

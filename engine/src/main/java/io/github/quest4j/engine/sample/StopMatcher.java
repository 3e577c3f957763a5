package io.github.quest4j.engine.sample;

import java.util.List;

/** Finds stop strings in streamed text and holds back what may yet become one. */
final class StopMatcher {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopMatcher(List<String> stops) {
    this.stops = stops;
  }

  /** Takes more text and returns the part that is certain not to belong to a stop string. */
  String accept(String text) {
    if (stops.isEmpty()) {
      return text;
    }
    held.append(text);
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    if (first >= 0) {
      stopped = true;
      return take(first);
    }
    return take(held.length() - longestBeginning());
  }

  /** Whether a stop string has come. */
  boolean stopped() {
    return stopped;
  }

  /** What was held back, once no more text follows; nothing after a stop string. */
  String finish() {
    return stopped ? "" : take(held.length());
  }

  private String take(int length) {
    String taken = held.substring(0, length);
    held.delete(0, length);
    return taken;
  }

  /** Length of the longest end of the held text that begins a stop string. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (stop.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}

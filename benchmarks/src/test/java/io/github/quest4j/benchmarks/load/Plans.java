package io.github.quest4j.benchmarks.load;

import java.util.Optional;

/** Loads for tests: short, and without a warm-up. */
final class Plans {

  private Plans() {}

  static LoadPlan closed(int streams, int requests) {
    return plan(streams, 0, requests, Optional.empty(), Optional.empty(), 0, 60);
  }

  static LoadPlan open(double rate, int requests) {
    return plan(0, rate, requests, Optional.empty(), Optional.empty(), 0, 60);
  }

  static LoadPlan patient(int streams, int requests, double silence) {
    return plan(streams, 0, requests, Optional.empty(), Optional.empty(), 0, silence);
  }

  static LoadPlan warmedUp(int streams, int requests, int warmUp) {
    return plan(streams, 0, requests, Optional.empty(), Optional.empty(), warmUp, 60);
  }

  static LoadPlan shared(int streams, int questions, boolean together) {
    SharedDocument document = new SharedDocument(500, "", together);
    return plan(streams, 0, questions, Optional.of(document), Optional.empty(), 0, 60);
  }

  static LoadPlan intruded(int streams, int requests) {
    Intrusion.Plan intrusion = new Intrusion.Plan(3_000, 0);
    return plan(streams, 0, requests, Optional.empty(), Optional.of(intrusion), 0, 60);
  }

  private static LoadPlan plan(
      int streams,
      double rate,
      int requests,
      Optional<SharedDocument> document,
      Optional<Intrusion.Plan> intrusion,
      int warmUp,
      double silence) {
    return new LoadPlan(
        streams,
        rate,
        requests,
        0,
        Lengths.parse("100..200"),
        Lengths.parse("4"),
        document,
        intrusion,
        true,
        warmUp,
        silence,
        7);
  }

  /** Words that are not all the same. */
  static String text(int characters, long seed) {
    StringBuilder text = new StringBuilder();
    for (long word = seed; text.length() < characters; word++) {
      text.append("word").append(Long.toString(word, 36)).append(' ');
    }
    return text.toString();
  }
}

package io.github.quest4j.engine.trace;

/** What tests of traces share. */
final class Traces {

  private Traces() {}

  /** The most likely token. */
  static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}

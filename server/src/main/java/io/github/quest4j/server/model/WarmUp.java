package io.github.quest4j.server.model;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a model on nonsense before anybody waits for it: until its kernels are compiled a token
 * takes a hundred times as long.
 */
final class WarmUp {

  private static final int PROMPT = 384;
  private static final int TEXTS = 5; // products of one, and of blocks of four
  private static final int STEPS = 12;
  private static final int PRIME = 7_919;

  private WarmUp() {}

  static void run(Engine engine) {
    int[] tokens = new int[Math.min(PROMPT, engine.context() / 2)];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) ((long) i * PRIME % engine.config().vocabulary());
    }
    List<Sequence> texts = new ArrayList<>();
    try {
      texts.add(engine.sequence(engine.options().attention()));
      texts.getFirst().prefill(tokens);
      for (int step = 0; step < STEPS; step++) {
        texts.getFirst().step(tokens[step]);
      }
      for (int i = 1; i < TEXTS; i++) {
        texts.add(texts.getFirst().fork());
      }
      for (int step = 0; step < STEPS; step++) {
        int token = tokens[step];
        Sequence.step(texts, texts.stream().mapToInt(text -> token).toArray());
      }
    } finally {
      texts.forEach(Sequence::close);
    }
  }
}

package io.github.quest4j.engine;

import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.transformer.Transformer;
import org.jspecify.annotations.Nullable;

/**
 * Makes decoding fast while a long prompt is read: has the kernels of a decode step compiled by
 * running a {@link DecodeSample}, and the weights copied to the order that decoding reads. Else the
 * first tokens after the prompt wait for both.
 *
 * <p>In short turns between the passes over the prompt, while the compiler works beside those: on a
 * thread of its own it would keep a worker from its core, and the others from going on.
 */
final class DecodeWarmUp implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.engine");

  private static final long TURN_NANOS = 100_000_000;

  /** After so many every loop has been compiled to its end. */
  private static final int ROUNDS = 250;

  /** For a machine too slow for that, or too busy. */
  private static final int TURNS = 6;

  private final GgufFile file;
  private final Transformer transformer;
  private final EngineOptions options;
  private final Workers workers;
  private @Nullable DecodeSample sample;
  private int rounds;
  private int turns;
  private boolean done;

  DecodeWarmUp(GgufFile file, Transformer transformer, EngineOptions options, Workers workers) {
    this.file = file;
    this.transformer = transformer;
    this.options = options;
    this.workers = workers;
  }

  /** Takes a turn, if there is anything left to do; between two passes. */
  void advance() {
    if (done) {
      return;
    }
    try {
      if (rounds < ROUNDS && turns++ < TURNS) {
        rounds();
      } else {
        close();
        transformer.prepareDecoding();
      }
    } catch (RuntimeException e) {
      // Nothing is lost but time: a step does for itself what was not done ahead.
      LOG.log(System.Logger.Level.DEBUG, "decoding was not prepared", e);
      close();
    }
  }

  boolean done() {
    return done;
  }

  private void rounds() {
    long end = System.nanoTime() + TURN_NANOS;
    DecodeSample of = sample;
    if (of == null) {
      of = new DecodeSample(file, transformer.config(), options, workers);
      sample = of;
    }
    while (rounds < ROUNDS && System.nanoTime() < end) {
      of.run();
      rounds++;
    }
  }

  /** Frees the sample; nothing is done any more. Idempotent. */
  @Override
  public void close() {
    done = true;
    if (sample != null) {
      sample.close();
      sample = null;
    }
  }
}

package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.select.ObservingSelector;
import io.github.quest4j.attention.select.RandomSelector;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Sequence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * One model and all the ways to read its cache: an engine, and siblings of it with other page sizes
 * and digests, made when they are first needed. Prompts are read by the engine's own pages and
 * copied to a sibling's. One thread.
 */
public final class Lab implements AutoCloseable {

  private final Engine engine;
  private final boolean windows;
  private final Map<String, Engine> siblings = new HashMap<>();
  private Optional<Sequence> last = Optional.empty(); // of the prompt before, to begin from
  private int[] lastTokens = new int[0];
  private int reused;

  /** A lab that uses, and does not close, an engine. */
  public Lab(Engine engine) {
    this.engine = engine;
    this.windows = engine.config().layerShapes().stream().anyMatch(layer -> layer.window() > 0);
  }

  /** The engine that reads prompts. */
  public Engine engine() {
    return engine;
  }

  /** Tokens of prompts that were taken over from the prompt before. */
  public int reused() {
    return reused;
  }

  private Engine engine(Variant variant) {
    AttentionOptions how = variant.how();
    boolean ownScorer =
        !how.scored()
            || variant.selector().equals(Variant.RANDOM)
            || how.scorer().equals(engine.options().attention().scorer());
    if (ownScorer && variant.pageSize() == engine.options().pageSize()) {
      return engine;
    }
    String scorer = ownScorer ? engine.options().attention().scorer() : how.scorer();
    return siblings.computeIfAbsent(
        scorer + "/" + variant.pageSize(),
        key -> engine.sibling(variant.pageSize(), AttentionOptions.defaults().withScorer(scorer)));
  }

  /**
   * Reads {@code count} tokens, densely; what they have in common with the prompt before is not
   * read again where the model allows it.
   *
   * @param observe whether the attention of the prompt must be seen, for policies that evict
   * @param denseLayers first layers whose attention they do not need
   * @param progress is told the tokens read
   */
  public Prefix prefix(
      int[] tokens, int count, boolean observe, int denseLayers, IntConsumer progress) {
    long start = System.nanoTime();
    Sequence sequence = begin(tokens, count, observe, denseLayers);
    boolean done = false;
    try {
      int from = sequence.length();
      sequence.prefill(tokens, from, count - from, n -> progress.accept(from + n));
      Prefix prefix = new Prefix(sequence, (System.nanoTime() - start) / 1e9);
      if (!observe && !windows) {
        last.ifPresent(Sequence::close);
        last = Optional.of(sequence.fork());
        lastTokens = Arrays.copyOf(tokens, count);
      }
      done = true;
      return prefix;
    } finally {
      if (!done) {
        sequence.close();
      }
    }
  }

  private Sequence begin(int[] tokens, int count, boolean observe, int denseLayers) {
    AttentionOptions dense = AttentionOptions.defaults().withPolicy(AttentionOptions.DENSE);
    if (observe) {
      return engine.sequence(dense, new ObservingSelector(denseLayers));
    }
    if (last.isPresent()) {
      int mismatch = Arrays.mismatch(lastTokens, 0, lastTokens.length, tokens, 0, count);
      int common = Math.min(mismatch < 0 ? count : mismatch, count - 1);
      if (common > engine.options().prefillChunk()) {
        Sequence sequence = last.get().fork();
        sequence.truncate(common);
        reused += common;
        return sequence;
      }
    }
    return engine.sequence(dense);
  }

  /** A prompt in the cache, to be forked for every variant. */
  public final class Prefix implements AutoCloseable {

    private final Sequence sequence;
    private final double seconds;
    private final Map<Engine, Sequence> copies = new HashMap<>();

    private Prefix(Sequence sequence, double seconds) {
      this.sequence = sequence;
      this.seconds = seconds;
    }

    /** Seconds that reading it took. */
    public double seconds() {
      return seconds;
    }

    /** A sequence that goes on from the prompt's end as a variant reads. */
    public Sequence fork(Variant variant, int budget, long seed) {
      Engine on = engine(variant);
      AttentionOptions how = variant.options(budget);
      if (on.equals(engine)) {
        return fork(sequence, variant, how, seed);
      }
      if (variant.observes()) { // what the prompt showed is taken over once only
        return sequence.copyTo(on, how);
      }
      Sequence copy =
          copies.computeIfAbsent(on, other -> sequence.copyTo(other, other.options().attention()));
      return fork(copy, variant, how, seed);
    }

    private Sequence fork(Sequence from, Variant variant, AttentionOptions how, long seed) {
      if (variant.selector().equals(Variant.RANDOM)) {
        int pages = how.tokenBudget() / variant.pageSize();
        return from.fork(how, new RandomSelector(pages, how.denseLayers(), how.sinkPages(), seed));
      }
      return from.fork(how);
    }

    @Override
    public void close() {
      copies.values().forEach(Sequence::close);
      sequence.close();
    }
  }

  @Override
  public void close() {
    last.ifPresent(Sequence::close);
    siblings.values().forEach(Engine::close);
  }
}

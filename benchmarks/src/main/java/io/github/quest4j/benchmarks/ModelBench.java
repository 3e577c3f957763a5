package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.AttentionCounters;
import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Speeds of an open model behind a depth of seeded keys and values. Every repetition forks the
 * sequence at the depth, so that all of them see the same cache.
 */
public final class ModelBench implements AutoCloseable {

  private static final int WARM_UP_STEPS = 200;
  private static final int MIN_PREFILLS = 2;

  private final Engine engine;
  private final int depth;
  private final long seed;
  private final Sequence base;
  private final int vocabulary;

  private ModelBench(Engine engine, int depth, long seed, Sequence base) {
    this.engine = engine;
    this.depth = depth;
    this.seed = seed;
    this.base = base;
    this.vocabulary = engine.config().vocabulary();
  }

  /**
   * Fills a sequence of an engine to a depth.
   *
   * @param depth tokens before those that are measured
   * @param tokens that will be measured behind them
   * @throws EngineException if the model's context or the memory does not hold them
   */
  public static ModelBench open(
      Engine engine, int depth, int tokens, long seed, Progress progress) {
    requirePositive("tokens", tokens);
    if (depth < 0) {
      throw new IllegalArgumentException("depth is negative: " + depth);
    }
    if ((long) depth + tokens > engine.context()) {
      throw new EngineException(
          "a depth of %d and %d tokens do not fit the context of %d: a depth of %d does"
              .formatted(depth, tokens, engine.context(), Math.max(0, engine.context() - tokens)));
    }
    Sequence base = engine.sequence(engine.options().attention());
    try (Workers workers = Workers.of(engine.options().threads())) {
      SeededCache.fill(base.attention().cache(), depth, seed, workers, progress);
      return new ModelBench(engine, depth, seed, base);
    } catch (RuntimeException | Error e) {
      base.close();
      throw e;
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is not positive: " + value);
    }
  }

  /**
   * Bytes that a decoded token reads, mean over a repetition.
   *
   * @param weights of the model, shared by the sequences of a step
   * @param digests of pages that were scored
   * @param pages keys and values of pages that were attended
   */
  public record BytesPerToken(long weights, double digests, double pages) {

    /** All of them. */
    public double total() {
      return weights + digests + pages;
    }
  }

  /**
   * How fast decode steps are, one way.
   *
   * @param selections lists of pages chosen in a repetition; 0 says that nothing was sparse
   */
  public record Decode(
      AttentionOptions attention, Speed speed, BytesPerToken bytes, long selections) {}

  /** One way of decoding, and what its last repetition read. */
  final class DecodeWay implements Alternation.Way {
    private final AttentionOptions how;
    private final int[] tokens;
    private final int batch;
    private BytesPerToken bytes = new BytesPerToken(0, 0, 0);
    private long selections;

    DecodeWay(AttentionOptions how, int[] tokens, int batch) {
      this.how = how;
      this.tokens = tokens;
      this.batch = batch;
    }

    /** Lists of pages chosen in the last repetition. */
    long selections() {
      return selections;
    }

    @Override
    public double seconds() {
      List<Sequence> forks = new ArrayList<>();
      try {
        for (int i = 0; i < batch; i++) {
          forks.add(base.fork(how));
        }
        int[] step = new int[batch];
        long start = System.nanoTime();
        for (int i = 0; i < tokens.length; i++) {
          for (int j = 0; j < batch; j++) {
            step[j] = tokens[(i + j) % tokens.length];
          }
          Sequence.step(forks, step);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        count(forks.stream().map(fork -> fork.attention().counters()).toList());
        return seconds;
      } finally {
        forks.forEach(Sequence::close);
      }
    }

    private void count(List<AttentionCounters> counters) {
      double steps = counters.stream().mapToLong(AttentionCounters::steps).sum();
      bytes =
          new BytesPerToken(
              engine.weightBytesPerToken() / batch,
              counters.stream().mapToLong(AttentionCounters::digestBytesRead).sum() / steps,
              counters.stream().mapToLong(AttentionCounters::kvBytesRead).sum() / steps);
      selections = counters.stream().mapToLong(AttentionCounters::selections).sum();
    }
  }

  /**
   * Decode steps, the ways in turn.
   *
   * @param ways how they attend
   * @param tokens steps of a repetition
   * @param batch sequences that take each step together; speeds count the tokens of all
   * @return a result per way
   */
  public List<Decode> decode(
      List<AttentionOptions> ways, int tokens, int batch, Schedule schedule, Progress progress) {
    requirePositive("tokens", tokens);
    requirePositive("batch", batch);
    List<DecodeWay> running = new ArrayList<>();
    for (AttentionOptions how : ways) {
      running.add(decodeWay(how, tokens, batch));
    }
    List<Alternation.Seconds> seconds =
        Alternation.run(running, warmUps(tokens), schedule, progress);
    List<Decode> results = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      DecodeWay way = running.get(i);
      Speed speed = Speed.of(tokens * batch, seconds.get(i));
      results.add(new Decode(way.how, speed, way.bytes, way.selections));
    }
    return results;
  }

  /** Reading a prompt of {@code tokens} tokens in pieces of the engine's size. */
  public Speed prefill(int tokens, Schedule schedule, Progress progress) {
    requirePositive("tokens", tokens);
    return Speed.of(
        tokens,
        Alternation.run(List.of(prefillWay(tokens)), MIN_PREFILLS, schedule, progress).getFirst());
  }

  DecodeWay decodeWay(AttentionOptions how, int tokens, int batch) {
    return new DecodeWay(how, tokens(tokens), batch);
  }

  Alternation.Way prefillWay(int tokens) {
    int[] ids = tokens(tokens);
    return () -> {
      try (Sequence fork = base.fork()) {
        long start = System.nanoTime();
        fork.prefill(ids);
        return (System.nanoTime() - start) / 1e9;
      }
    };
  }

  /** Repetitions of {@code tokens} decode steps that a warm-up has at least. */
  static int warmUps(int tokens) {
    return tokens == 0 ? MIN_PREFILLS : Math.ceilDiv(WARM_UP_STEPS, tokens);
  }

  private int[] tokens(int count) {
    return new SplittableRandom(seed).ints(count, 0, vocabulary).toArray();
  }

  /** Tokens before those that are measured. */
  public int depth() {
    return depth;
  }

  /** Gives the pages back; the engine stays open. */
  @Override
  public void close() {
    base.close();
  }
}

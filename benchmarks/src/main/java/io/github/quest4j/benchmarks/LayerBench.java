package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.AttentionCounters;
import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.attention.AttentionShape;
import io.github.quest4j.attention.AttentionTimes;
import io.github.quest4j.attention.PagedAttention;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.engine.MachineMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One layer's decode attention on seeded data, by the very path that decoding uses: pages, digests
 * and a plan. Copies of the layer take turns, so that a short context does not stay in the
 * processor's caches between two steps, as it would not in a model of many layers.
 */
public final class LayerBench {

  private static final int QUERIES = 4; // sets of queries per copy
  private static final int MAX_COPIES = 1_024;
  // So many dense steps of all copies make a repetition, fewer where that reads more than the
  // bytes;
  // a Quest step reads less, so it is taken more often.
  private static final int DENSE_STEPS = 8;
  private static final long REPETITION_BYTES = 2L << 30;
  private static final int QUEST_STEPS = 4;
  private static final int WARM_UPS = 8;

  private final LayerSetup setup;
  private final PagedAttention attention;
  private final SequenceAttention base;
  private final int copies;
  private final float[][] queries; // [copies * QUERIES][heads * headDim]
  private final float[] row; // [kvHeads * headDim], key and value of the steps
  private final float[] out; // [heads * headDim]
  private AttentionTimes spent = new AttentionTimes(0, 0, 0, 0); // by all steps so far

  private LayerBench(
      LayerSetup setup, PagedAttention attention, SequenceAttention base, int copies) {
    this.setup = setup;
    this.attention = attention;
    this.base = base;
    this.copies = copies;
    LayerShape shape = setup.shape();
    int width = setup.heads() * shape.headDim();
    queries = new float[copies * QUERIES][width];
    out = new float[width];
    row = new float[shape.kvHeads() * shape.headDim()];
    for (int copy = 0; copy < copies; copy++) {
      SeededKv kv = new SeededKv(setup.seed(), copy, shape.kvHeads(), shape.headDim());
      for (int i = 0; i < QUERIES; i++) {
        kv.drawQueries(i, setup.heads(), queries[copy * QUERIES + i]);
      }
    }
    System.arraycopy(queries[0], 0, row, 0, row.length);
  }

  /**
   * Measures dense and Quest steps in turn, and the machine's read bandwidth.
   *
   * @throws BenchmarkException if memory or the Vector API's module is missing
   */
  public static LayerResult run(LayerSetup setup, Schedule schedule, Progress progress) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new BenchmarkException(
          "the read bandwidth is measured with the Vector API: start java with --add-modules jdk.incubator.vector");
    }
    PageScorer scorer = PageScorer.of(setup.quest().scorer());
    LayerShape shape = setup.shape();
    int copies = copies(setup, scorer);
    KvLayout layout =
        new KvLayout(
            setup.pageSize(),
            setup.kvType(),
            Collections.nCopies(copies, new LayerShape(shape.kvHeads(), shape.headDim(), 0)),
            scorer.digest());
    float scale = (float) (1 / Math.sqrt(shape.headDim()));
    try (Workers workers = Workers.of(setup.threads());
        PagePool pool = PagePool.open(layout, MemoryLimit.of(MachineMemory.total()));
        PagedAttention attention =
            new PagedAttention(
                pool, new AttentionShape(setup.heads(), scale), scorer, Kernels.best(), workers);
        SequenceAttention base = attention.open(setup.quest());
        ReadBandwidth bandwidth = new ReadBandwidth(workers, setup.workingSet())) {
      SeededCache.fill(
          base.cache(), setup.context() - setup.pageSize(), setup.seed(), workers, progress);
      return new LayerBench(setup, attention, base, copies).measure(bandwidth, schedule, progress);
    }
  }

  /** Copies that make up the working set, fewer where memory is short. */
  private static int copies(LayerSetup setup, PageScorer scorer) {
    LayerShape shape = setup.shape();
    long pages = Math.ceilDiv(setup.context(), setup.pageSize());
    long digests =
        pages
            * shape.kvHeads()
            * scorer.digest().bytes(setup.kvType(), shape.headDim(), setup.pageSize());
    long each = setup.layerBytes() + digests;
    long room = MachineMemory.available() - setup.workingSet();
    if (each + each / 8 > room) {
      throw new BenchmarkException(
          "a context of %d takes %d MiB of keys, values and digests, but %d MiB of memory are free: give a shorter --context"
              .formatted(setup.context(), each >> 20, Math.max(0, room) >> 20));
    }
    long wanted = Math.ceilDiv(setup.workingSet(), setup.layerBytes());
    return Math.clamp(Math.min(wanted, room / 2 / each), 1, MAX_COPIES);
  }

  /** Steps of one policy. */
  private final class Steps implements Alternation.Way {
    private final AttentionOptions how;
    private final int steps;
    private final List<AttentionTimes> times = new ArrayList<>(); // [repetitions, warm-up included]
    private double pageBytes; // of a step of one copy
    private double digestBytes; // likewise
    private long selections; // of a repetition

    Steps(AttentionOptions how, int steps) {
      this.how = how;
      this.steps = steps;
    }

    @Override
    public double seconds() {
      try (SequenceAttention sequence = base.fork(how)) {
        long start = System.nanoTime();
        AttentionTimes now = step(sequence, 0);
        for (int step = 1; step < steps; step++) {
          now = step(sequence, step);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        times.add(now.minus(spent));
        spent = now;
        AttentionCounters counters = sequence.counters();
        double runs = (double) counters.steps() * copies;
        pageBytes = counters.kvBytesRead() / runs;
        digestBytes = counters.digestBytesRead() / runs;
        selections = counters.selections();
        return seconds;
      }
    }

    private AttentionTimes step(SequenceAttention sequence, int step) {
      // The last page is filled again and again, so that the context stays what it is.
      if (sequence.cache().length() == setup.context()) {
        sequence.truncate(setup.context() - setup.pageSize());
      }
      AttentionPlan plan = attention.plan(List.of(new PagedAttention.Item(sequence, 1, false)));
      for (int copy = 0; copy < copies; copy++) {
        float[] q = queries[copy * QUERIES + step % QUERIES];
        plan.run(copy, q, q.length, row, row, row.length, out, out.length);
      }
      plan.commit();
      return plan.times();
    }

    /** Microseconds of a step of one copy. */
    private double[] micros(double[] seconds) {
      return Arrays.stream(seconds).map(s -> s * 1e6 / steps / copies).toArray();
    }

    /** A part of the steps of the last repetitions, in microseconds, median. */
    private double part(int repetitions, ToLongFunction<AttentionTimes> part) {
      return Spread.of(
              times.subList(times.size() - repetitions, times.size()).stream()
                  .mapToDouble(t -> part.applyAsLong(t) / 1e3 / steps / copies)
                  .toArray())
          .median();
    }
  }

  private LayerResult measure(ReadBandwidth bandwidth, Schedule schedule, Progress progress) {
    int steps =
        Math.clamp(Math.ceilDiv(REPETITION_BYTES, copies * setup.layerBytes()), 1, DENSE_STEPS);
    Steps dense = new Steps(setup.quest().withPolicy(AttentionOptions.DENSE), steps);
    Steps quest = new Steps(setup.quest(), steps * QUEST_STEPS);
    double before = bandwidth.measure();
    List<Alternation.Seconds> seconds =
        Alternation.run(List.of(dense, quest), WARM_UPS, schedule, progress);
    double after = bandwidth.measure();
    double[] denseMicros = dense.micros(seconds.getFirst().warm());
    double[] questMicros = quest.micros(seconds.getLast().warm());
    int repetitions = schedule.repetitions();
    return new LayerResult(
        setup,
        copies,
        LastLevelCache.bytes(),
        Spread.of(denseMicros),
        Spread.of(questMicros),
        Spread.ofRatios(denseMicros, questMicros),
        quest.part(repetitions, AttentionTimes::scoreNanos),
        quest.part(repetitions, AttentionTimes::selectNanos),
        quest.part(repetitions, AttentionTimes::attendNanos),
        quest.part(repetitions, AttentionTimes::mergeNanos),
        dense.pageBytes,
        quest.pageBytes,
        quest.digestBytes,
        quest.selections,
        Math.max(before, after),
        seconds.getFirst().settled());
  }
}

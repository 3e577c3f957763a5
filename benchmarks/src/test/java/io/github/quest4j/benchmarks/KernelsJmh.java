package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.PagePool;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Attention of one KV head's queries to a whole context, on one thread, in runs of 512 tokens like
 * decoding's: {@code dots} is q.K alone; what {@code attend} takes more is the softmax and the
 * weighing of V.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsJmh {

  private static final int RUN_TOKENS = 512;

  @Param({"4096", "131072"})
  public int context;

  @Param({"64", "128"})
  public int headDim;

  @Param({"1", "4"})
  public int group;

  @Param({"F16"})
  public KvType kvType = KvType.F16;

  private final Kernels kernels = Kernels.best();
  private final PageRun run = new PageRun();
  private final AttendScratch scratch = new AttendScratch();
  private @Nullable SeededLayer layer;
  private float[] q = new float[0];
  private float[] out = new float[0];

  /** Fills the cache. */
  @Setup
  public void fill() {
    SeededLayer filled = SeededLayer.of("minmax", kvType, headDim, 16, context);
    layer = filled;
    q = filled.queries(group);
    out = new float[group * Math.max(headDim + 2, RUN_TOKENS)];
  }

  /** Frees it. */
  @TearDown
  public void free() {
    Objects.requireNonNull(layer).close();
  }

  /** The scores of every token. */
  @Benchmark
  public float[] dots() {
    for (int token = 0; token < context; token += RUN_TOKENS) {
      fillRun(token);
      kernels.attend().scores(run, q, 0, group, 0.1f, scratch, out, 0, RUN_TOKENS);
    }
    return out;
  }

  /** The partial results of every run. */
  @Benchmark
  public float[] attend() {
    for (int token = 0; token < context; token += RUN_TOKENS) {
      fillRun(token);
      kernels.attend().attend(run, q, 0, group, 0.1f, scratch, out, 0);
    }
    return out;
  }

  private void fillRun(int token) {
    KvCache cache = Objects.requireNonNull(layer).cache();
    PagePool pool = cache.pool();
    int pageSize = pool.layout().pageSize();
    run.reset(kvType, headDim, pageSize);
    for (int page = token / pageSize; page < (token + RUN_TOKENS) / pageSize; page++) {
      int physical = cache.page(0, page);
      run.add(
          pool.slab(0, physical), pool.keyOffset(0, physical, 0), pool.valueOffset(0, physical, 0));
    }
  }
}

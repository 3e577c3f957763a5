package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.ScoreScratch;
import io.github.quest4j.attention.select.TopK;
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
 * One KV head's digests, on one thread: making them, scoring them for a group of queries, and
 * choosing pages by the scores.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DigestsJmh {

  private static final int PAGE = 16;
  private static final float[] UNWANTED = new float[0];

  @Param({"minmax", "sketch"})
  public String scorer = "minmax";

  @Param({"32768"})
  public int context;

  @Param({"64", "128"})
  public int headDim;

  @Param({"1", "4"})
  public int group;

  @Param({"2048"})
  public int tokenBudget;

  private final TopK topK = new TopK(Kernels.best().attend());
  private final PageList list = new PageList();
  private @Nullable SeededLayer layer;
  private @Nullable ScoreScratch scratch;
  private float[] q = new float[0];
  private float[] scores = new float[0];
  private int pages;

  /** Fills the cache. */
  @Setup
  public void fill() {
    SeededLayer filled = SeededLayer.of(scorer, KvType.F16, headDim, PAGE, context);
    layer = filled;
    scratch = filled.scorer().scratch(headDim, group, PAGE);
    q = filled.queries(group);
    pages = context / PAGE;
    scores = new float[group * pages];
    score();
  }

  /** Frees it. */
  @TearDown
  public void free() {
    Objects.requireNonNull(layer).close();
  }

  /** The scores of all pages, without the estimate of what is missed. */
  @Benchmark
  public float[] score() {
    SeededLayer on = Objects.requireNonNull(layer);
    ScoreScratch into = Objects.requireNonNull(scratch);
    on.scorer()
        .score(on.cache(), 0, 0, q, 0, group, 0.1f, 0, pages, scores, 0, pages, UNWANTED, into);
    return scores;
  }

  /** The digests of all pages, made again from their keys. */
  @Benchmark
  public void seal() {
    KvCache cache = Objects.requireNonNull(layer).cache();
    PagePool pool = cache.pool();
    for (int p = 0; p < pages; p++) {
      int page = cache.page(0, p);
      pool.layout()
          .digest()
          .seal(
              cache.common(0, 0),
              KvType.F16,
              headDim,
              PAGE,
              pool.slab(0, page),
              pool.keyOffset(0, page, 0),
              pool.digestSlab(0, page),
              pool.digestOffset(0, page, 0),
              0);
    }
  }

  /** The best pages by the first head's scores. */
  @Benchmark
  public PageList topK() {
    list.clear();
    topK.select(scores, 0, 0, pages, tokenBudget / PAGE, list);
    return list;
  }
}

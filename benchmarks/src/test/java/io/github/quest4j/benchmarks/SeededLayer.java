package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import java.util.List;

/** One layer with one KV head, filled with seeded keys and values: what single kernels run on. */
record SeededLayer(PageScorer scorer, KvCache cache) implements AutoCloseable {

  @SuppressWarnings("MustBeClosedChecker") // closed with the layer
  static SeededLayer of(String scorer, KvType type, int headDim, int pageSize, int tokens) {
    PageScorer pageScorer = PageScorer.of(scorer);
    KvLayout layout =
        new KvLayout(pageSize, type, List.of(new LayerShape(1, headDim, 0)), pageScorer.digest());
    KvCache cache = KvCache.open(PagePool.open(layout, MemoryLimit.of(1L << 34)));
    try (Workers workers = Workers.of(1)) {
      SeededCache.fill(cache, tokens, 1, workers, (phase, done, total) -> {});
    }
    return new SeededLayer(pageScorer, cache);
  }

  /** The queries of a group of heads, {@code [heads, headDim]}. */
  float[] queries(int heads) {
    int headDim = cache.pool().layout().layers().getFirst().headDim();
    float[] q = new float[heads * headDim];
    new SeededKv(1, 0, 1, headDim).drawQueries(0, heads, q);
    return q;
  }

  @Override
  public void close() {
    cache.close();
    cache.pool().close();
  }
}

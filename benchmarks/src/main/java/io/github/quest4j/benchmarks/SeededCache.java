package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.work.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills a cache with keys and values drawn from a seed ({@link SeededKv} says how), so that a depth
 * costs no prefill. They get into pages by the way that every key takes, so their digests are made
 * as ever.
 */
final class SeededCache {

  private static final int PIECE = 256;

  private SeededCache() {}

  /**
   * Appends {@code tokens} tokens to an empty cache.
   *
   * @throws io.github.quest4j.attention.kv.OutOfPagesException if there is no room for them; the
   *     cache holds some of them then
   */
  static void fill(KvCache cache, int tokens, long seed, Workers workers, Progress progress) {
    List<SeededKv> layers = new ArrayList<>();
    int widest = 0;
    for (LayerShape shape : cache.pool().layout().layers()) {
      layers.add(new SeededKv(seed, layers.size(), shape.kvHeads(), shape.headDim()));
      widest = Math.max(widest, shape.kvHeads() * shape.headDim());
    }
    float[] keys = new float[PIECE * widest];
    float[] values = new float[PIECE * widest];
    for (int done = 0; done < tokens; done += PIECE) {
      int first = done;
      int piece = Math.min(PIECE, tokens - done);
      cache.extend(piece);
      try {
        for (int layer = 0; layer < layers.size(); layer++) {
          SeededKv kv = layers.get(layer);
          int kvHeads = cache.pool().layout().layers().get(layer).kvHeads();
          workers.run(kvHeads, (head, worker) -> kv.draw(head, first, piece, keys, values));
          cache.append(layer, keys, 0, values, 0, kv.row(), piece, workers);
        }
        cache.commit();
      } finally {
        if (cache.extent() != cache.length()) {
          cache.rollback();
        }
      }
      progress.update(Progress.Phase.FILL, done + piece, tokens);
    }
  }
}

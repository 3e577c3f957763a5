package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.PagePool;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Minima and maxima of the keys of full pages, made from the keys and kept. */
final class PageBounds {

  private final Map<Long, float[]> bounds = new HashMap<>(); // [pages, {min, max}, headDim]
  private final Map<Long, Integer> known = new HashMap<>();

  /** Those of a KV head's first {@code pages} pages, all of them full. */
  float[] of(KvCache cache, int layer, int kvHead, int pages) {
    long key = (long) layer << Integer.SIZE | kvHead;
    PagePool pool = cache.pool();
    KvLayout layout = pool.layout();
    int headDim = layout.layers().get(layer).headDim();
    int pageSize = layout.pageSize();
    float[] all = bounds.getOrDefault(key, new float[0]);
    int have = known.getOrDefault(key, 0);
    if (have >= pages) {
      return all;
    }
    all = Arrays.copyOf(all, pages * 2 * headDim);
    float[] keys = new float[pageSize * headDim];
    float[] low = new float[headDim];
    float[] high = new float[headDim];
    for (int page = have; page < pages; page++) {
      int physical = cache.page(layer, page);
      Kernels kernels = Kernels.best();
      kernels
          .store()
          .loadKeys(
              layout.type(),
              pool.slab(pool.group(layer), physical),
              pool.keyOffset(layer, physical, kvHead),
              pageSize,
              headDim,
              keys);
      kernels.seal().minMax(keys, pageSize, headDim, low, high);
      System.arraycopy(low, 0, all, page * 2 * headDim, headDim);
      System.arraycopy(high, 0, all, (page * 2 + 1) * headDim, headDim);
    }
    bounds.put(key, all);
    known.put(key, pages);
    return all;
  }

  /** The greatest q.k that a page's bounds allow. */
  double bound(float[] all, int page, float[] q, int qOffset, int headDim) {
    int low = page * 2 * headDim;
    double sum = 0;
    for (int c = 0; c < headDim; c++) {
      double x = q[qOffset + c];
      sum += Math.max(x * all[low + c], x * all[low + headDim + c]);
    }
    return sum;
  }
}

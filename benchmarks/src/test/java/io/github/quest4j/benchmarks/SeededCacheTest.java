package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeededCacheTest {

  private static final int PAGE = 16;
  private static final int HEADS = 2;
  private static final int DIM = 32;

  /** All keys, values and digests of a filled cache, and how many digests there are. */
  private static List<byte[]> filled(int tokens, long seed, int threads) {
    PageScorer scorer = PageScorer.of("minmax");
    List<LayerShape> layers =
        List.of(new LayerShape(HEADS, DIM, 0), new LayerShape(HEADS, DIM, 64));
    KvLayout layout = new KvLayout(PAGE, KvType.F16, layers, scorer.digest());
    try (PagePool pool = PagePool.open(layout, MemoryLimit.of(1 << 26));
        KvCache cache = KvCache.open(pool);
        Workers workers = Workers.of(threads)) {
      SeededCache.fill(cache, tokens, seed, workers, (phase, done, total) -> {});
      assertThat(cache.length()).isEqualTo(tokens);
      assertThat(cache.sealedPages(0)).isEqualTo(tokens / PAGE);
      List<byte[]> bytes = new ArrayList<>();
      for (int layer = 0; layer < layers.size(); layer++) {
        for (int p = cache.firstPage(layer); p < cache.pages(layer); p++) {
          int page = cache.page(layer, p);
          MemorySegment slab = pool.slab(pool.group(layer), page);
          for (int head = 0; head < HEADS; head++) {
            int count = cache.tokensIn(layer, p) * DIM * KvType.F16.bytes();
            bytes.add(copy(slab, pool.keyOffset(layer, page, head), count));
            bytes.add(copy(slab, pool.valueOffset(layer, page, head), count));
            if (p < cache.sealedPages(layer)) {
              bytes.add(copy(slab, pool.digestOffset(layer, page, head), 2 * DIM * 2));
            }
          }
        }
      }
      return bytes;
    }
  }

  private static byte[] copy(MemorySegment slab, long at, int count) {
    return slab.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void theSameSeedGivesTheSameCacheWhateverTheThreads() {
    List<byte[]> one = filled(700, 5, 1);
    List<byte[]> three = filled(700, 5, 3);
    assertThat(one).usingElementComparator(Arrays::compare).isEqualTo(three);

    List<byte[]> other = filled(700, 6, 1);
    assertThat(other).hasSameSizeAs(one);
    for (int i = 0; i < one.size(); i++) {
      assertThat(other.get(i)).isNotEqualTo(one.get(i));
    }
  }

  @Test
  void theSameKeysWhateverThePieces() {
    float[] keys = new float[40 * HEADS * DIM];
    float[] values = new float[40 * HEADS * DIM];
    SeededKv whole = new SeededKv(3, 1, HEADS, DIM);
    whole.draw(0, 0, 40, keys, values);
    whole.draw(1, 0, 40, keys, values);

    SeededKv pieces = new SeededKv(3, 1, HEADS, DIM);
    float[] key = new float[HEADS * DIM];
    float[] value = new float[HEADS * DIM];
    for (int token = 0; token < 40; token++) {
      pieces.draw(1, token, 1, key, value);
      pieces.draw(0, token, 1, key, value);
      int at = token * key.length;
      assertThat(key).isEqualTo(Arrays.copyOfRange(keys, at, at + key.length));
      assertThat(value).isEqualTo(Arrays.copyOfRange(values, at, at + value.length));
    }
  }

  @Test
  void neighboursResembleEachOtherAndPagesDiffer() {
    int tokens = 4_096;
    float[] keys = new float[tokens * HEADS * DIM];
    float[] values = new float[tokens * HEADS * DIM];
    SeededKv kv = new SeededKv(1, 0, HEADS, DIM);
    kv.draw(0, 0, tokens, keys, values);
    assertThat(distance(keys, 1)).isLessThan(0.75 * distance(keys, 500));
    assertThat(distance(values, 1)).isLessThan(0.75 * distance(values, 500));

    float[] q = new float[HEADS * DIM];
    kv.drawQueries(0, HEADS, q);
    double sum = 0;
    double squares = 0;
    for (int token = 0; token < tokens; token++) {
      double dot = 0;
      for (int c = 0; c < DIM; c++) {
        dot += q[c] * keys[token * HEADS * DIM + c];
      }
      sum += dot / Math.sqrt(DIM);
      squares += dot * dot / DIM;
    }
    double mean = sum / tokens;
    assertThat(Math.sqrt(squares / tokens - mean * mean))
        .as("deviation of the scaled scores")
        .isBetween(0.5, 20.0);
  }

  /** Mean squared distance of rows that lie so far apart, of head 0. */
  private static double distance(float[] rows, int apart) {
    int row = HEADS * DIM;
    double sum = 0;
    int pairs = rows.length / row - apart;
    for (int token = 0; token < pairs; token++) {
      for (int c = 0; c < DIM; c++) {
        double difference = rows[token * row + c] - rows[(token + apart) * row + c];
        sum += difference * difference;
      }
    }
    return sum / pairs;
  }
}

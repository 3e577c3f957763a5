package io.github.quest4j.attention.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How much of the true attention mass the chosen pages hold, on keys made like real ones: a strong
 * common offset in few channels, a topic that drifts, RoPE, and queries that look for some tokens.
 */
class SketchQualityTest {

  private static final int DIM = 64;
  private static final int PAGES = 256;
  private static final int BUDGET = 16;
  private static final float SCALE = 0.125f;

  /** Mass recall, and the error of the missed mass in logs. */
  private record Quality(double recall, double missedBias, double missedSpread) {}

  @Test
  void findsMoreOfTheMassThanTheBound() {
    Quality minmax = quality("minmax", KvType.F16);
    Quality sketch = quality("sketch", KvType.F16);
    Quality exact = quality("sketch", KvType.F32);
    Quality oracle = quality("oracle", KvType.F16);
    System.out.printf("minmax %s%nsketch %s%noracle %s%n", minmax, sketch, oracle);
    assertThat(sketch.recall).isGreaterThan(minmax.recall + 0.02);
    assertThat(sketch.recall).isLessThan(oracle.recall + 1e-9).isGreaterThan(oracle.recall - 0.1);
    // Rounding to halves and a query of bytes cost nothing.
    assertThat(sketch.recall).isGreaterThan(exact.recall - 0.003);
    assertThat(sketch.missedSpread).isLessThan(exact.missedSpread + 0.05);
    assertThat(Math.abs(oracle.missedBias)).isLessThan(1e-3);
  }

  private static Quality quality(String name, KvType type) {
    PageScorer scorer = PageScorer.of(name);
    PageScorer oracle = PageScorer.of("oracle");
    KvLayout layout = new KvLayout(16, type, List.of(new LayerShape(1, DIM, 0)), scorer.digest());
    double recall = 0;
    double bias = 0;
    double square = 0;
    int cases = 0;
    Random random = new Random(11);
    try (PagePool pool = PagePool.open(layout, MemoryLimit.of(1L << 26));
        Workers workers = Workers.of(1)) {
      for (int head = 0; head < 24; head++) {
        try (KvCache cache = KvCache.open(pool)) {
          int tokens = PAGES * 16;
          float[] raw = new float[tokens * DIM];
          float[] keys = keys(random, raw);
          cache.extend(tokens);
          cache.append(0, keys, 0, keys, 0, DIM, tokens, workers);
          cache.commit();
          for (int i = 0; i < 8; i++) {
            float[] q = query(random, raw, tokens);
            float[] scores = new float[PAGES];
            float[] masses = new float[PAGES];
            float[] truth = new float[PAGES];
            score(scorer, cache, q, scores, masses);
            score(oracle, cache, q, truth, new float[PAGES]);
            int[] best =
                IntStream.range(0, PAGES)
                    .boxed()
                    .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                    .mapToInt(p -> p)
                    .toArray();
            double all = logSumExp(truth, IntStream.range(0, PAGES).toArray());
            int[] chosen = Arrays.copyOf(best, BUDGET);
            int[] left = Arrays.copyOfRange(best, BUDGET, PAGES);
            recall += Math.exp(logSumExp(truth, chosen) - all);
            double error =
                scorer.estimatesMass() ? logSumExp(masses, left) - logSumExp(truth, left) : 0;
            bias += error;
            square += error * error;
            cases++;
          }
        }
      }
    }
    double mean = bias / cases;
    return new Quality(recall / cases, mean, Math.sqrt(square / cases - mean * mean));
  }

  private static void score(
      PageScorer scorer, KvCache cache, float[] q, float[] scores, float[] masses) {
    ScoreScratch scratch = scorer.scratch(DIM, 1, 16);
    scorer.score(cache, 0, 0, q, 0, 1, SCALE, 0, PAGES, scores, 0, PAGES, masses, scratch);
  }

  private static double logSumExp(float[] x, int[] pages) {
    double most = Arrays.stream(pages).mapToDouble(p -> x[p]).max().orElseThrow();
    return most + Math.log(Arrays.stream(pages).mapToDouble(p -> Math.exp(x[p] - most)).sum());
  }

  private static float[] keys(Random random, float[] raw) {
    float[] offset = new float[DIM];
    float[] spread = new float[DIM];
    for (int c = 0; c < DIM; c++) {
      offset[c] = (float) (random.nextGaussian() * (random.nextInt(8) == 0 ? 6 : 1));
      spread[c] = (float) Math.exp(0.4 * random.nextGaussian());
    }
    float[] topic = new float[DIM];
    float[] keys = new float[raw.length];
    for (int t = 0; t < raw.length / DIM; t++) {
      for (int c = 0; c < DIM; c++) {
        topic[c] = 0.97f * topic[c] + 0.24f * (float) random.nextGaussian();
        float own = 0.8f * topic[c] + 0.8f * (float) random.nextGaussian();
        raw[t * DIM + c] = offset[c] + spread[c] * own;
      }
      rotate(raw, t * DIM, keys, t * DIM, t);
    }
    return keys;
  }

  /** A query at the end, after a mixture of tokens' own part, and noise. */
  private static float[] query(Random random, float[] raw, int tokens) {
    float[] q = new float[DIM];
    for (int i = 0; i < 3; i++) {
      int token = random.nextInt(tokens);
      for (int c = 0; c < DIM; c++) {
        q[c] += 0.2f * (raw[token * DIM + c] + (float) random.nextGaussian());
      }
    }
    float[] rotated = new float[DIM];
    rotate(q, 0, rotated, 0, tokens);
    return rotated;
  }

  private static void rotate(float[] x, int from, float[] y, int to, int position) {
    for (int i = 0; i < DIM / 2; i++) {
      double angle = position * Math.pow(10_000, -2.0 * i / DIM);
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      float a = x[from + i];
      float b = x[from + DIM / 2 + i];
      y[to + i] = (float) (a * cos - b * sin);
      y[to + DIM / 2 + i] = (float) (a * sin + b * cos);
    }
  }
}

package io.github.quest4j.attention.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.Rotation;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scorer against the formula in doubles, from the keys as they were stored. */
public class ScorerTest {

  private static final int PAGES = 21;
  private static final int KV_HEADS = 2;
  private static final int[] FLIPS = flips(1024);

  public record Case(
      String scorer, Kernels kernels, KvType type, int headDim, int group, int pageSize) {
    @Override
    public String toString() {
      return scorer
          + " "
          + kernels.describe()
          + " "
          + type
          + " dim "
          + headDim
          + " group "
          + group
          + " page "
          + pageSize;
    }
  }

  public static Stream<Case> cases() {
    int[][] sizes = {
      {4, 1, 8}, {8, 2, 16}, {12, 3, 16}, {36, 5, 32}, {52, 1, 16}, {64, 1, 16}, {64, 3, 16},
      {64, 7, 16}, {80, 4, 16}, {96, 2, 64}, {100, 6, 8}, {128, 8, 16}, {256, 1, 128}, {512, 3, 16}
    };
    return Stream.of("minmax", "minmax8", "shrunk", "meanstd", "sketch", "oracle")
        .flatMap(scorer ->
            Stream.of(Kernels.scalar(), Kernels.best())
                .flatMap(kernels ->
                    Arrays.stream(KvType.values())
                        .flatMap(type ->
                            Arrays.stream(sizes)
                                .map(s -> new Case(scorer, kernels, type, s[0], s[1], s[2])))));
  }

  /** Keys of one head with a shared offset, as real ones have, and some pages of special kinds. */
  private static float[] keys(Random random, int tokens, int headDim, int pageSize) {
    float[] offset = new float[KV_HEADS * headDim];
    for (int i = 0; i < offset.length; i++) {
      offset[i] = (float) (2 * random.nextGaussian());
    }
    float[] keys = new float[tokens * KV_HEADS * headDim];
    for (int t = 0; t < tokens; t++) {
      int page = t / pageSize;
      for (int i = 0; i < offset.length; i++) {
        float spread = page == 3 ? 0 : page == 5 ? 30 : page == 7 ? 1e-6f : 1;
        keys[t * offset.length + i] = offset[i] + spread * (float) random.nextGaussian();
      }
    }
    return keys;
  }

  private static float stored(KvType type, float value) {
    return type == KvType.F32 ? value : Float.float16ToFloat(Float.floatToFloat16(value));
  }

  @ParameterizedTest
  @MethodSource("cases")
  public void agreesWithTheFormula(Case c) {
    PageScorer scorer = PageScorer.of(c.scorer, c.kernels);
    KvLayout layout =
        new KvLayout(
            c.pageSize,
            c.type,
            List.of(new LayerShape(1, 64, 0), new LayerShape(KV_HEADS, c.headDim, 0)),
            scorer.digest());
    Random random = new Random(c.headDim * 7L + c.group);
    int tokens = PAGES * c.pageSize + 3;
    float[] keys = keys(random, tokens, c.headDim, c.pageSize);
    float[] q = new float[5 + c.group * c.headDim];
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) random.nextGaussian();
    }
    float scale = (float) (1 / Math.sqrt(c.headDim));
    try (PagePool pool = PagePool.open(layout, MemoryLimit.of(1L << 28), c.kernels);
        Workers workers = Workers.of(2);
        KvCache cache = KvCache.open(pool)) {
      fill(cache, keys, tokens, c, workers);
      int stride = PAGES + 4;
      float[] scores = new float[2 + c.group * stride];
      float[] masses = new float[scores.length];
      ScoreScratch scratch = scorer.scratch(c.headDim, c.group, c.pageSize);
      scorer.score(cache, 1, 1, q, 5, c.group, scale, 0, PAGES, scores, 2, stride, masses, scratch);
      for (int h = 0; h < c.group; h++) {
        for (int page = 0; page < PAGES; page++) {
          double[][] pageKeys = pageKeys(keys, page, c);
          double[] query = new double[c.headDim];
          for (int i = 0; i < c.headDim; i++) {
            query[i] = q[5 + h * c.headDim + i];
          }
          check(
              c,
              scorer,
              page,
              pageKeys(keys, 0, c),
              pageKeys,
              query,
              scale,
              scores,
              masses,
              2 + h * stride + page);
        }
      }
      splitDoesNotMatter(c, scorer, cache, q, scale, scores, scratch);
      String name = scorer.name();
      assertThatThrownBy(() ->
              scorer.score(
                  cache, 1, 1, q, 5, c.group, scale, 0, PAGES + 1, scores, 2, stride, masses,
                  scratch))
          .as(name)
          .hasMessage("pages 0..22 to score are not within the full pages 0..21");
    }
  }

  private static void fill(KvCache cache, float[] keys, int tokens, Case c, Workers workers) {
    int row = KV_HEADS * c.headDim;
    for (int t = 0; t < tokens; ) {
      int step = Math.min(tokens - t, t == 0 ? 5 * c.pageSize + 1 : 2 * c.pageSize + 3);
      cache.extend(step);
      cache.append(0, new float[64 * step], 0, new float[64 * step], 0, 64, step, workers);
      cache.append(1, keys, t * row, keys, t * row, row, step, workers);
      cache.commit();
      t += step;
    }
  }

  private static double[][] pageKeys(float[] keys, int page, Case c) {
    double[][] rows = new double[c.pageSize][c.headDim];
    for (int t = 0; t < c.pageSize; t++) {
      int at = ((page * c.pageSize + t) * KV_HEADS + 1) * c.headDim;
      for (int i = 0; i < c.headDim; i++) {
        rows[t][i] = stored(c.type, keys[at + i]);
      }
    }
    return rows;
  }

  private static void check(
      Case c,
      PageScorer scorer,
      int page,
      double[][] first,
      double[][] keys,
      double[] q,
      float scale,
      float[] scores,
      float[] masses,
      int at) {
    double size = 0; // of the terms summed: rounding is relative to it
    for (double[] key : keys) {
      for (int i = 0; i < q.length; i++) {
        size = Math.max(size, Math.abs(q[i] * key[i]));
      }
    }
    size *= q.length;
    switch (c.scorer) {
      case "minmax" -> {
        double bound = bound(keys, q);
        assertThat((double) scores[at]).isCloseTo(bound, within(1e-6 * size + 1e-30));
        for (double[] key : keys) {
          // No slack but that of summing in floats: a bound that is a key's own product is met.
          assertThat((double) scores[at]).isGreaterThanOrEqualTo(dot(q, key) - 1e-6 * size);
        }
      }
      case "minmax8" -> {
        double bound = bound(keys, q);
        // Rounded outward by at most a step of a page's range in every channel.
        double step = Arrays.stream(q).map(Math::abs).sum() * range(keys) / 255;
        assertThat((double) scores[at]).isBetween(bound - 1e-6 * size, bound + step + 1e-6 * size);
        for (double[] key : keys) {
          assertThat((double) scores[at]).isGreaterThanOrEqualTo(dot(q, key) - 1e-6 * size);
        }
      }
      case "shrunk" -> {
        double[] negated = Arrays.stream(q).map(x -> -x).toArray();
        double middle = (bound(keys, q) - bound(keys, negated)) / 2;
        double range = (bound(keys, q) + bound(keys, negated)) / 2;
        double tolerance = (c.type == KvType.F32 ? 2e-6 : 1.5e-3) * size;
        assertThat((double) scores[at]).isCloseTo(middle + 0.6 * range, within(tolerance));
      }
      case "meanstd" -> {
        double tolerance = (c.type == KvType.F32 ? 1e-6 : 1.5e-3) * size;
        assertThat((double) scores[at]).isCloseTo(meanStd(keys, q), within(tolerance));
      }
      case "oracle" -> {
        double mass = logMass(keys, q, scale);
        assertThat((double) scores[at]).isCloseTo(mass, within(2e-6 * size * scale + 1e-5));
        assertThat(masses[at]).isEqualTo(scores[at]);
      }
      default -> {
        // In halves scale and query are rounded: the estimate moves by a fraction of its spread.
        double spread = c.type == KvType.F32 ? 0 : spread(keys, q, scale);
        double tolerance = 2e-6 * size * scale + 1e-5 + 0.02 * spread;
        double[] expected = sketch(first, keys, q, scale, c.type);
        assertThat((double) scores[at]).isCloseTo(expected[0], within(tolerance));
        assertThat((double) masses[at]).isCloseTo(expected[1], within(tolerance));
      }
    }
    assertThat(scorer.estimatesMass()).isEqualTo(masses[at] != 0);
    assertThat(page).isLessThan(PAGES);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double bound(double[][] keys, double[] q) {
    double bound = 0;
    for (int i = 0; i < q.length; i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (double[] key : keys) {
        most = Math.max(most, q[i] * key[i]);
      }
      bound += most;
    }
    return bound;
  }

  private static double range(double[][] keys) {
    double least = Arrays.stream(keys).flatMapToDouble(Arrays::stream).min().orElseThrow();
    double most = Arrays.stream(keys).flatMapToDouble(Arrays::stream).max().orElseThrow();
    return most - least;
  }

  private static double[] mean(double[][] keys) {
    double[] mean = new double[keys[0].length];
    for (double[] key : keys) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += key[i] / keys.length;
      }
    }
    return mean;
  }

  private static double meanStd(double[][] keys, double[] q) {
    double[] mean = mean(keys);
    double score = 0;
    for (int i = 0; i < q.length; i++) {
      double variance = 0;
      for (double[] key : keys) {
        variance += (key[i] - mean[i]) * (key[i] - mean[i]) / keys.length;
      }
      score += q[i] * mean[i] + Math.abs(q[i]) * Math.sqrt(variance);
    }
    return score;
  }

  private static double logSumExp(double[] x) {
    double most = Arrays.stream(x).max().orElseThrow();
    return most + Math.log(Arrays.stream(x).map(v -> Math.exp(v - most)).sum());
  }

  private static double logMass(double[][] keys, double[] q, double scale) {
    return logSumExp(Arrays.stream(keys).mapToDouble(key -> scale * dot(q, key)).toArray());
  }

  private static double spread(double[][] keys, double[] q, double scale) {
    double[] mean = mean(keys);
    double most = 0;
    for (double[] key : keys) {
      double square = 0;
      for (int i = 0; i < q.length; i++) {
        square += (key[i] - mean[i]) * (key[i] - mean[i]);
      }
      most = Math.max(most, square);
    }
    return scale * Math.sqrt(most * dot(q, q));
  }

  /** Both log masses, with the rotation as the matrix that {@link Rotation}'s text describes. */
  private static double[] sketch(
      double[][] first, double[][] keys, double[] q, double scale, KvType type) {
    double[] mean = mean(keys);
    for (int i = 0; i < mean.length; i++) {
      mean[i] = stored(type, (float) mean[i]);
    }
    double[] balance = balance(first);
    double[] rotated = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      rotated[i] = q[i] * balance[i];
    }
    rotated = rotate(rotated);
    double spread = 0;
    double[] least = new double[keys.length];
    double[] unbiased = new double[keys.length];
    for (int t = 0; t < keys.length; t++) {
      double[] residual = new double[q.length];
      for (int i = 0; i < q.length; i++) {
        residual[i] = (keys[t][i] - mean[i]) / balance[i];
      }
      residual = rotate(residual);
      double size = 0;
      double product = 0;
      for (int i = 0; i < q.length; i++) {
        size += Math.abs(residual[i]);
        product += residual[i] < 0 ? -rotated[i] : rotated[i];
      }
      least[t] = scale * product * size / q.length;
      double factor = size == 0 ? 0 : dot(residual, residual) / size;
      unbiased[t] = scale * product * factor;
      spread += factor * (factor - size / q.length) / keys.length;
    }
    double ofMean = scale * dot(q, mean);
    double variance = scale * scale * dot(rotated, rotated) * q.length / (q.length - 1) * spread;
    return new double[] {
      ofMean + logSumExp(least), ofMean + logSumExp(unbiased) - variance / 4, Math.sqrt(variance)
    };
  }

  /** Powers of the channels' deviations on the first page, relative to all channels'. */
  private static double[] balance(double[][] first) {
    double[][] rows = Arrays.copyOfRange(first, 1, first.length);
    double[] mean = mean(rows);
    double[] variance = new double[mean.length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        variance[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / rows.length;
      }
    }
    double all = Arrays.stream(variance).average().orElseThrow();
    return Arrays.stream(variance).map(v -> Math.pow(v / all + 0.01, 0.35)).toArray();
  }

  private static double[] rotate(double[] x) {
    double[] rotated = new double[x.length];
    int at = 0;
    while (at < x.length) {
      int block = Integer.highestOneBit(x.length - at);
      for (int i = 0; i < block; i++) {
        for (int j = 0; j < block; j++) {
          double sign = (Integer.bitCount(i & j) & 1) == 0 ? 1 : -1;
          rotated[at + i] += sign * FLIPS[at + j] * x[at + j] / Math.sqrt(block);
        }
      }
      at += block;
    }
    return rotated;
  }

  private static int[] flips(int channels) {
    int[] flips = new int[channels];
    long state = Rotation.SEED;
    for (int i = 0; i < channels; i++) {
      state += 0x9e3779b97f4a7c15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      flips[i] = z < 0 ? -1 : 1;
    }
    return flips;
  }

  /** The same bits from any split of the range, and from another scratch. */
  private static void splitDoesNotMatter(
      Case c,
      PageScorer scorer,
      KvCache cache,
      float[] q,
      float scale,
      float[] scores,
      ScoreScratch scratch) {
    int stride = PAGES + 4;
    for (int[] cuts : new int[][] {{0, 1, 2, 20, 21}, {0, 7, 21}, {0, 16, 17, 21}}) {
      float[] split = new float[scores.length];
      for (int i = 1; i < cuts.length; i++) {
        scorer.prepare(cache, 1, 1, q, 5, c.group, scale, scratch);
        scorer.scorePrepared(
            cache, 1, 1, cuts[i - 1], cuts[i], split, 2, stride, new float[0], scratch);
      }
      assertThat(split).isEqualTo(scores);
    }
  }

  @Test
  void unknownScorersAreNamed() {
    assertThatThrownBy(() -> PageScorer.of("max"))
        .hasMessage(
            "unknown scorer: max (known: sketch, minmax, minmax8, shrunk, meanstd, oracle)");
  }
}

package io.github.quest4j.attention.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The vector kernels against the specification. */
class AttendKernelsTest {

  private static final int[] HEAD_DIMS = {4, 8, 12, 36, 52, 64, 80, 96, 100, 128, 256};
  private static final int[] GROUPS = {1, 2, 3, 4, 5, 7, 8};
  private static final int[] PAGE_SIZES = {8, 16, 32, 128};

  private final AttendKernels scalar = Kernels.scalar().attend();
  private final AttendKernels best = Kernels.best().attend();
  private final AttendScratch scratch = new AttendScratch();

  private static PageRun run(Arena arena, Random random, KvType type, int headDim, int pageSize) {
    int pages = 1 + random.nextInt(5);
    int elements = pageSize * headDim;
    MemorySegment slab = arena.allocate(2L * (pages + 1) * elements * type.bytes(), 64);
    for (long i = 0; i < slab.byteSize() / type.bytes(); i++) {
      float x = (float) random.nextGaussian();
      if (type == KvType.F16) {
        slab.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
      } else {
        slab.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
      }
    }
    PageRun run = new PageRun();
    run.reset(type, headDim, pageSize);
    for (int page = 0; page < pages; page++) {
      // Not in the order of memory, and the last rows end with the slab.
      long at = 2L * (pages - page) * elements * type.bytes();
      run.add(slab, at, at + (long) elements * type.bytes());
    }
    int to = (pages - 1) * pageSize + 1 + random.nextInt(pageSize);
    run.limit(pages > 1 ? random.nextInt(pageSize) : 0, to);
    return run;
  }

  private static float[] gaussian(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  static void close(float[] actual, float[] expected, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (actual[i] == expected[i]) {
        continue; // infinities
      }
      double allowed = tolerance * (1 + Math.abs(expected[i]));
      assertThat((double) actual[i]).as("%s [%s]", what, i).isCloseTo(expected[i], within(allowed));
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void partsAndScoresAgree(KvType type) {
    Random random = new Random(1);
    for (int headDim : HEAD_DIMS) {
      for (int heads : GROUPS) {
        for (int pageSize : PAGE_SIZES) {
          try (Arena arena = Arena.ofConfined()) {
            PageRun run = run(arena, random, type, headDim, pageSize);
            if (random.nextInt(3) == 0) {
              run.keepOnly(random.nextLong() | 1, random.nextLong());
            }
            float[] q = gaussian(random, 3 + heads * headDim);
            float scale = (float) (1 / Math.sqrt(headDim));
            float[] expected = new float[2 + heads * (headDim + 2)];
            float[] actual = new float[expected.length];
            scalar.attend(run, q, 3, heads, scale, scratch, expected, 2);
            best.attend(run, q, 3, heads, scale, scratch, actual, 2);
            String what = type + " dim " + headDim + " heads " + heads + " page " + pageSize;
            close(actual, expected, 3e-5, what);
            int stride = run.tokens() + 3;
            float[] expectedScores = new float[1 + heads * stride];
            float[] actualScores = new float[1 + heads * stride];
            scalar.scores(run, q, 3, heads, scale, scratch, expectedScores, 1, stride);
            best.scores(run, q, 3, heads, scale, scratch, actualScores, 1, stride);
            close(actualScores, expectedScores, 1e-5, what);
          }
        }
      }
    }
  }

  /** What attends a tile. */
  private interface Tiles {
    void attend(PageRun run, int firstToken, QueryTile tile, TileScratch scratch);
  }

  /** Compares what two have made of a tile: results and log-sum-exps. */
  private interface Comparison {
    void check(float[][] results, float[][] logSumExps, String what);
  }

  private static void tiles(
      KvType type, int[] headDims, Random random, List<Tiles> two, Comparison comparison) {
    TileScratch tiles = new TileScratch();
    for (int headDim : headDims) {
      for (int heads : GROUPS) {
        for (int pageSize : PAGE_SIZES) {
          try (Arena arena = Arena.ofConfined()) {
            PageRun run = run(arena, random, type, headDim, pageSize);
            int before = run.from;
            run.limit(0, run.to);
            int queries = 1 + random.nextInt(Math.min(run.to, 17));
            int firstToken = pageSize * random.nextInt(9);
            int window = random.nextBoolean() ? 0 : 1 + random.nextInt(60);
            if (firstToken > 0) {
              // The pages before are gone, as behind a window.
              window = Math.max(1, run.to - queries - before);
            }
            int width = heads * headDim;
            float[] q = gaussian(random, queries * (width + 5));
            float[][] results = new float[2][queries * (width + 1)];
            float[][] lse = new float[2][queries * heads];
            for (int i = 0; i < 2; i++) {
              QueryTile tile = new QueryTile();
              tile.shape(queries, heads, firstToken + run.to - queries, window, 0.2f);
              tile.queries(q, 2, width + 5);
              tile.results(results[i], 1, width + 1);
              tile.logSumExps(lse[i], 0, heads);
              two.get(i).attend(run, firstToken, tile, tiles);
            }
            comparison.check(
                results, lse, type + " dim " + headDim + " heads " + heads + " page " + pageSize);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void tilesAgree(KvType type) {
    tiles(
        type,
        HEAD_DIMS,
        new Random(2),
        List.of(scalar::attendTile, best::attendTile),
        (results, lse, what) -> {
          close(results[1], results[0], 3e-5, what);
          close(lse[1], lse[0], 1e-5, what);
        });
  }

  /** Short prompts are read by plain loops: an answer must not depend on which kernel read it. */
  @ParameterizedTest
  @EnumSource(KvType.class)
  void plainTilesHaveTheBitsOfVectors(KvType type) {
    tiles(
        type,
        new int[] {36, 52, 64, 80, 96, 100, 128, 256},
        new Random(6),
        List.of(
            VectorTile::attend,
            (run, firstToken, tile, scratch) ->
                ColdTile.attend(run, firstToken, tile, scratch.cold)),
        (results, lse, what) -> {
          assertThat(results[1]).as(what).isEqualTo(results[0]);
          assertThat(lse[1]).as(what).isEqualTo(lse[0]);
        });
  }

  @Test
  void partsMergeInAnyOrder() {
    Random random = new Random(3);
    int headDim = 64;
    try (Arena arena = Arena.ofConfined()) {
      PageRun whole = new PageRun();
      PageRun[] parts = new PageRun[7];
      MemorySegment slab = arena.allocate(28L * 2 * 16 * headDim * 2, 64);
      for (long i = 0; i < slab.byteSize() / 2; i++) {
        short half = Float.floatToFloat16((float) random.nextGaussian());
        slab.setAtIndex(ValueLayout.JAVA_SHORT, i, half);
      }
      whole.reset(KvType.F16, headDim, 16);
      for (int i = 0; i < 28; i++) {
        if (i % 4 == 0) {
          parts[i / 4] = new PageRun();
          parts[i / 4].reset(KvType.F16, headDim, 16);
        }
        long at = i * 2L * 16 * headDim * 2;
        whole.add(slab, at, at + 16L * headDim * 2);
        parts[i / 4].add(slab, at, at + 16L * headDim * 2);
      }
      float[] q = gaussian(random, headDim);
      float[] expected = new float[headDim + 2];
      best.attend(whole, q, 0, 1, 0.5f, scratch, expected, 0);
      for (int[] order :
          new int[][] {{0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {3, 6, 0, 5, 1, 4, 2}}) {
        double[] out = new double[headDim];
        double m = Double.NEGATIVE_INFINITY;
        double l = 0;
        for (int i : order) {
          float[] part = new float[headDim + 2];
          best.attend(parts[i], q, 0, 1, 0.5f, scratch, part, 0);
          double max = Math.max(m, part[0]);
          for (int c = 0; c < headDim; c++) {
            out[c] = out[c] * Math.exp(m - max) + part[2 + c] * Math.exp(part[0] - max);
          }
          l = l * Math.exp(m - max) + part[1] * Math.exp(part[0] - max);
          m = max;
        }
        for (int c = 0; c < headDim; c++) {
          assertThat(out[c] / l).isCloseTo(expected[2 + c] / expected[1], within(1e-6));
        }
        assertThat(m + Math.log(l)).isCloseTo(expected[0] + Math.log(expected[1]), within(1e-6));
      }
    }
  }

  @Test
  void extremeHalvesAreRead() {
    int headDim = 64;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment slab = arena.allocate(2L * 16 * headDim * 2, 64);
      for (int i = 0; i < 16 * headDim; i++) {
        float value = i % 3 == 0 ? 65504 : i % 3 == 1 ? -0x1p-24f : 0x1.8p-20f;
        slab.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(i % 5 * 1e-7f));
        slab.setAtIndex(ValueLayout.JAVA_SHORT, 16 * headDim + i, Float.floatToFloat16(value));
      }
      PageRun run = new PageRun();
      run.reset(KvType.F16, headDim, 16);
      run.add(slab, 0, 16L * headDim * 2);
      float[] q = gaussian(new Random(4), headDim);
      float[] expected = new float[headDim + 2];
      float[] actual = new float[headDim + 2];
      scalar.attend(run, q, 0, 1, 1, scratch, expected, 0);
      best.attend(run, q, 0, 1, 1, scratch, actual, 0);
      close(actual, expected, 1e-6, "extremes");
    }
  }

  @Test
  void runsWithoutATokenWeighNothing() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment slab = arena.allocate(2L * 16 * 64 * 2, 64);
      PageRun run = new PageRun();
      run.reset(KvType.F16, 64, 16);
      run.add(slab, 0, 16 * 64 * 2);
      run.keepOnly(0, 0);
      float[] partial = new float[66];
      best.attend(run, new float[64], 0, 1, 1, scratch, partial, 0);
      assertThat(partial[0]).isEqualTo(Float.NEGATIVE_INFINITY);
      assertThat(partial[1]).isZero();
      assertThat(partial[5]).isZero();
    }
  }

  @Test
  void functionsOfArraysAgree() {
    Random random = new Random(5);
    for (int n : new int[] {0, 1, 4, 6, 8, 13, 16, 31, 64, 100}) {
      float[] x = gaussian(random, n + 3);
      if (n > 2) {
        x[4] = Float.NEGATIVE_INFINITY;
        x[5] = 100;
      }
      assertThat(best.max(x, 3, n)).isEqualTo(scalar.max(x, 3, n));
      double expected = scalar.sumExp(x, 3, n, 30);
      assertThat(best.sumExp(x, 3, n, 30)).isCloseTo(expected, within(1e-5 * expected + 1e-30));
      float[] a = x.clone();
      float[] b = x.clone();
      double sum = scalar.expInPlace(a, 3, n, 101);
      assertThat(best.expInPlace(b, 3, n, 101)).isCloseTo(sum, within(1e-5 * sum));
      close(b, a, 1e-6, "exp");
      float[] y = gaussian(random, n + 3);
      float[] z = y.clone();
      scalar.addScaled(0.3f, a, 3, y, 3, n);
      best.addScaled(0.3f, a, 3, z, 3, n);
      assertThat(z).isEqualTo(y);
      scalar.maxInto(x, 3, y, 3, n);
      best.maxInto(x, 3, z, 3, n);
      assertThat(z).isEqualTo(y);
      int[] i = new int[n + 3];
      int[] j = new int[n + 3];
      assertThat(best.countAtLeast(x, 1, n, 0.1f)).isEqualTo(scalar.countAtLeast(x, 1, n, 0.1f));
      assertThat(best.atLeast(x, 1, 2, n, 0.1f, i)).isEqualTo(scalar.atLeast(x, 1, 2, n, 0.1f, j));
      assertThat(i).isEqualTo(j);
    }
  }
}

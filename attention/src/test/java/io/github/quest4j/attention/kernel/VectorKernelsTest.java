package io.github.quest4j.attention.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vector kernels against the scalar ones, which are the specification. */
class VectorKernelsTest {

  private final Kernels scalar = Kernels.scalar();
  private final Kernels vector = VectorKernels.create();

  private static float[] gaussian(Random random, int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 20, 28, 36, 64, 80, 100, 128, 1020})
  void digestsAreTheSameBits(int dim) {
    Random random = new Random(dim);
    int rows = 16;
    float[] keys = gaussian(random, rows * dim);
    float[][] low = new float[2][dim];
    float[][] high = new float[2][dim];
    float[][] residuals = {keys.clone(), keys.clone()};
    byte[][] signs = new byte[2][(dim + 15) / 16 * 32];
    float[][] sizes = new float[2][rows];
    float[][] squares = new float[2][rows];
    for (int k = 0; k < 2; k++) {
      SealKernels seal = (k == 0 ? scalar : vector).seal();
      seal.minMax(keys, rows, dim, low[k], high[k]);
    }
    assertThat(low[1]).isEqualTo(low[0]);
    assertThat(high[1]).isEqualTo(high[0]);
    for (int k = 0; k < 2; k++) {
      SealKernels seal = (k == 0 ? scalar : vector).seal();
      seal.mean(keys, rows, dim, low[k]);
      seal.deviation(keys, rows, dim, low[k], high[k]);
      seal.residuals(residuals[k], rows, new Rotation(dim), low[k]);
      seal.signs(residuals[k], rows, dim, signs[0].length, signs[k], sizes[k], squares[k]);
    }
    assertThat(low[1]).isEqualTo(low[0]);
    assertThat(high[1]).isEqualTo(high[0]);
    assertThat(residuals[1]).isEqualTo(residuals[0]);
    assertThat(signs[1]).isEqualTo(signs[0]);
    for (int t = 0; t < rows; t++) {
      assertThat(sizes[1][t]).isCloseTo(sizes[0][t], within(1e-6f * sizes[0][t]));
      assertThat(squares[1][t]).isCloseTo(squares[0][t], within(1e-6f * squares[0][t]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 20, 36, 64, 80, 100, 128, 1020})
  void tablesAreTheSameBytes(int dim) {
    Random random = new Random(dim);
    SketchTables[] tables = {new SketchTables(3, dim), new SketchTables(3, dim)};
    float[] rotated = gaussian(random, 3 * dim);
    Arrays.fill(rotated, dim, 2 * dim, 0);
    for (int h = 0; h < 3; h++) {
      scalar.score().fillTables(tables[0], h, rotated, h * dim);
      vector.score().fillTables(tables[1], h, rotated, h * dim);
    }
    assertThat(tables[1].entries).isEqualTo(tables[0].entries);
    assertThat(tables[1].steps).isEqualTo(tables[0].steps);
    assertThat(tables[0].steps[1]).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 64})
  void sketchScoresAgree(int pageSize) {
    Random random = new Random(pageSize);
    for (int dim : new int[] {4, 8, 12, 16, 36, 48, 64, 80, 96, 100, 128, 256, 1020}) {
      SketchLayout layout = new SketchLayout(dim, pageSize, true);
      int stride = (layout.bytes() + 31) / 32 * 32;
      int pages = 13;
      int heads = 5;
      SketchTables tables = new SketchTables(heads, dim);
      float[] rotated = gaussian(random, heads * dim);
      for (int h = 0; h < heads; h++) {
        scalar.score().fillTables(tables, h, rotated, h * dim);
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment digests = arena.allocate(64 + (long) pages * stride + ScoreKernels.SLACK, 64);
        for (long i = 0; i < digests.byteSize(); i++) {
          digests.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        for (int page = 0; page < pages; page++) {
          for (int t = 0; t < pageSize; t++) {
            // From no spread at all to exponents that need care.
            float scale = page == 3 ? 0 : page > 9 ? 90f : random.nextFloat();
            long at = 32 + (long) page * stride + 2L * t;
            short half = Float.floatToFloat16(scale);
            digests.set(ValueLayout.JAVA_SHORT, at + layout.scalesOffset(), half);
            digests.set(ValueLayout.JAVA_SHORT, at + layout.unbiasedOffset(), half);
          }
        }
        float[][] out = new float[2][3 + heads * 20];
        float[][] unbiased = new float[2][3 + heads * 20];
        scalar
            .score()
            .sketchHalf(
                digests,
                32,
                stride,
                pages,
                layout,
                tables,
                heads,
                0.3f,
                out[0],
                3,
                20,
                unbiased[0]);
        vector
            .score()
            .sketchHalf(
                digests,
                32,
                stride,
                pages,
                layout,
                tables,
                heads,
                0.3f,
                out[1],
                3,
                20,
                unbiased[1]);
        for (int i = 0; i < out[0].length; i++) {
          assertThat(unbiased[1][i])
              .isCloseTo(unbiased[0][i], within(1e-6f * Math.max(1, Math.abs(unbiased[0][i]))));
          assertThat(out[1][i])
              .as("dim %d, number %d", dim, i)
              .isCloseTo(out[0][i], within(1e-6f * Math.max(1, Math.abs(out[0][i]))));
        }
      }
    }
  }

  @Test
  void exponentialAndLogarithmAreExactToAMillionth() {
    Random random = new Random(1);
    float[] x = new float[4096];
    for (int i = 0; i < x.length; i++) {
      x[i] = i < 2048 ? (i - 1024) / 13f : (float) Math.exp(160 * random.nextDouble() - 80);
    }
    float[] y = x.clone();
    int lanes = VectorShapes.LANES;
    for (int i = 0; i < 2048; i += lanes) {
      VectorMath.exp(FloatVector.fromArray(VectorShapes.FLOATS, x, i)).intoArray(y, i);
    }
    VectorMath.log(y, 2048, 2048 - 3);
    for (int i = 0; i < 2048; i++) {
      double e = Math.exp(x[i]);
      assertThat((double) y[i]).isCloseTo(e, within(1e-6 * e));
    }
    for (int i = 2048; i < 4093; i++) {
      double log = Math.log(x[i]);
      assertThat((double) y[i]).isCloseTo(log, within(3e-7 * Math.max(1, Math.abs(log))));
    }
    assertThat(y[4095]).isEqualTo(x[4095]);
    float[] nan = {Float.NaN};
    VectorMath.log(nan, 0, 1);
    assertThat(nan[0]).isNaN();
  }
}

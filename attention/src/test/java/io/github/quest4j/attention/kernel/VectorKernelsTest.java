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
    short[][] signs = new short[2][(dim + 15) / 16 * rows];
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
      seal.signs(residuals[k], rows, dim, signs[k], sizes[k], squares[k]);
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

  /** Which of the two made a sketch must not show. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 20, 28, 36, 64, 80, 100, 128, 1020})
  void plainLoopsMakeTheDigestsOfVectors(int dim) {
    int rows = 16;
    float[] keys = gaussian(new Random(dim), rows * dim);
    float[][] mean = new float[2][dim];
    float[][] residuals = {keys.clone(), keys.clone()};
    short[][] signs = new short[2][(dim + 15) / 16 * rows];
    float[][] sizes = new float[2][rows];
    float[][] squares = new float[2][rows];
    for (int k = 0; k < 2; k++) {
      SealKernels seal = k == 0 ? new VectorSealKernels() : new ColdSealKernels();
      seal.mean(keys, rows, dim, mean[k]);
      seal.residuals(residuals[k], rows, new Rotation(dim), mean[k]);
      seal.signs(residuals[k], rows, dim, signs[k], sizes[k], squares[k]);
    }
    assertThat(mean[1]).isEqualTo(mean[0]);
    assertThat(residuals[1]).isEqualTo(residuals[0]);
    assertThat(signs[1]).isEqualTo(signs[0]);
    assertThat(sizes[1]).isEqualTo(sizes[0]);
    assertThat(squares[1]).isEqualTo(squares[0]);
  }

  @Test
  void theExponentialOfANumberHasTheBitsOfThatOfAVector() {
    Random random = new Random(7);
    float[] x = new float[4096];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          i < 3 ? new float[] {0, -0f, Float.NEGATIVE_INFINITY}[i] : 160 * random.nextFloat() - 80;
    }
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i += VectorShapes.LANES) {
      VectorMath.weight(FloatVector.fromArray(VectorShapes.FLOATS, x, i)).intoArray(y, i);
    }
    for (int i = 0; i < x.length; i++) {
      assertThat(Exponential.weight(x[i])).as("e^%s", x[i]).isEqualTo(y[i]);
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
      int heads = 5;
      int stride = 20;
      SketchTables tables = new SketchTables(heads, dim);
      float[] rotated = gaussian(random, heads * dim);
      for (int h = 0; h < heads; h++) {
        scalar.score().fillTables(tables, h, rotated, h * dim);
      }
      for (boolean wide : new boolean[] {false, true}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment digests = arena.allocate(64L + layout.bytes() + ScoreKernels.SLACK, 64);
          for (long i = 0; i < digests.byteSize(); i++) {
            digests.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
          }
          for (int t = 0; t < pageSize; t++) {
            for (int lane = 0; lane < 16; lane++) {
              // From no spread at all to exponents that need care.
              float scale = lane == 3 ? 0 : wide && lane > 9 ? 90f : random.nextFloat();
              long at = 32 + 2L * (t * 16 + lane);
              short half = Float.floatToFloat16(scale);
              digests.set(ValueLayout.JAVA_SHORT, at + layout.scalesOffset(), half);
              short other = Float.floatToFloat16(1.3f * scale);
              digests.set(ValueLayout.JAVA_SHORT, at + layout.unbiasedOffset(), other);
            }
          }
          float[] before = gaussian(random, 3 + heads * stride);
          float[][] out = {before.clone(), before.clone()};
          float[][] unbiased = new float[2][before.length];
          for (int k = 0; k < 2; k++) {
            ScoreKernels score = (k == 0 ? scalar : vector).score();
            score.sketchHalf(
                digests, 32, layout, tables, heads, 0.3f, out[k], 3, stride, unbiased[k]);
          }
          for (int i = 0; i < out[0].length; i++) {
            assertThat(unbiased[1][i])
                .isCloseTo(unbiased[0][i], within(1e-6f * Math.max(1, Math.abs(unbiased[0][i]))));
            assertThat(out[1][i])
                .as("dim %d, number %d", dim, i)
                .isCloseTo(out[0][i], within(1e-6f * Math.max(1, Math.abs(out[0][i]))));
          }
          assertThat(out[0]).isNotEqualTo(before);
          float[] alone = before.clone();
          vector
              .score()
              .sketchHalf(digests, 32, layout, tables, heads, 0.3f, alone, 3, stride, new float[0]);
          assertThat(alone).isEqualTo(out[1]);
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
    float[] logs = new float[4096];
    float[] zeros = new float[4096];
    System.arraycopy(x, 2048, logs, 0, 2048);
    VectorMath.addLog(logs, 1, 2048, zeros, y, 2048, 0);
    float[] rows = new float[3 * 40]; // three rows of 32, 40 apart
    Arrays.fill(rows, 1f);
    VectorMath.addLog(logs, 3, 32, rows, rows, 4, 40);
    for (int i = 0; i < rows.length; i++) {
      int row = (i - 4) / 40;
      boolean within = i >= 4 && (i - 4) % 40 < 32;
      assertThat(rows[i]).isEqualTo(within ? 1f + y[2048 + row * 32 + (i - 4) % 40] : 1f);
    }
    for (int i = 0; i < 2048; i++) {
      double e = Math.exp(x[i]);
      assertThat((double) y[i]).isCloseTo(e, within(1e-6 * e));
    }
    for (int i = 2048; i < 4096; i++) {
      double log = Math.log(x[i]);
      assertThat((double) y[i]).isCloseTo(log, within(3e-7 * Math.max(1, Math.abs(log))));
    }
  }
}

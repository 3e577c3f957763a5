package io.github.quest4j.model.compute.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatmulKernelsTest {
  private static final MatmulKernels SCALAR = new ScalarMatmul();
  private static final MatmulKernels VECTOR = new VectorMatmul();
  private static final int MARGIN = 3; // floats around each token, which must stay as they are

  static List<GgmlType> types() {
    return RandomWeights.types();
  }

  private static int[] columns(GgmlType type) {
    return switch (type.blockSize()) {
      case 256 -> new int[] {256, 768};
      case 32 -> new int[] {32, 96, 576};
      default -> new int[] {1, 13, 31, 32, 45, 100};
    };
  }

  private static int stride(int n) {
    return n + MARGIN;
  }

  private static float[] few(
      MatmulKernels kernels, MatmulWeights w, float[] x, int first, int tokens, int from, int to) {
    float[] y = new float[1 + tokens * stride(w.rows())];
    DecodeActivations activations = new DecodeActivations();
    activations.prepare(x, first * stride(w.columns()), stride(w.columns()), tokens, w.columns());
    kernels.few(w, activations, y, 1, stride(w.rows()), from, to, new MatmulScratch(w.columns()));
    return y;
  }

  /** Makes the copy that decode products read, where the type has one. */
  private static void pack(MatmulWeights w) {
    if (VECTOR.packedBytes(w) > 0) {
      VECTOR.pack(
          w,
          Arena.ofAuto(),
          (groups, work) -> {
            work.run(groups / 2, groups);
            work.run(0, groups / 2);
          });
    }
  }

  private static float[] many(
      MatmulKernels kernels, MatmulWeights w, float[] x, int first, int tokens, int from, int to) {
    float[] y = new float[1 + tokens * stride(w.rows())];
    Activations packed = kernels.activations(tokens, w.columns());
    packed.prepare(x, first * stride(w.columns()), stride(w.columns()), tokens, w.columns());
    kernels.many(w, packed, y, 1, stride(w.rows()), from, to, new MatmulScratch(w.columns()));
    return y;
  }

  @ParameterizedTest
  @MethodSource("types")
  void rowsAreDequantisedAsSpecified(GgmlType type) {
    for (int columns : columns(type)) {
      MatmulWeights w = RandomWeights.of(type, 3, columns, columns);
      float[] expected = new float[columns + 1];
      float[] actual = new float[columns + 1];
      for (int row = 0; row < 3; row++) {
        SCALAR.row(w, row, expected, 1);
        VECTOR.row(w, row, actual, 1);
        for (int k = 0; k <= columns; k++) {
          // A fused d q + m rounds once, the specification twice.
          assertThat(actual[k]).isCloseTo(expected[k], within(4e-7f * (1 + Math.abs(expected[k]))));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void productsAgreeWithTheSpecification(GgmlType type) {
    for (int columns : columns(type)) {
      for (int rows : new int[] {1, 6, 13, 16, 37}) {
        MatmulWeights w = RandomWeights.of(type, rows, columns, 7 * rows + columns);
        MatmulWeights copied = RandomWeights.of(type, rows, columns, 7 * rows + columns);
        pack(copied);
        float[] x = RandomWeights.activations(40 * stride(columns), rows);
        for (int tokens : new int[] {1, 2, 4, 7, 17, 33}) {
          float[] expected = few(SCALAR, w, x, 0, tokens, 0, rows);
          assertThat(many(SCALAR, w, x, 0, tokens, 0, rows)).isEqualTo(expected);
          float[] bound = bound(w, x, tokens);
          assertClose(few(VECTOR, w, x, 0, tokens, 0, rows), expected, bound);
          assertClose(few(VECTOR, copied, x, 0, tokens, 0, rows), expected, bound);
          assertClose(many(VECTOR, w, x, 0, tokens, 0, rows), expected, bound);
        }
      }
    }
  }

  /** Rounding errors of a sum are bounded by the sum of its terms' magnitudes. */
  private static float[] bound(MatmulWeights w, float[] x, int tokens) {
    float[] bound = new float[1 + tokens * stride(w.rows())];
    float[] weights = new float[w.columns()];
    for (int row = 0; row < w.rows(); row++) {
      SCALAR.row(w, row, weights, 0);
      for (int t = 0; t < tokens; t++) {
        float sum = 0;
        for (int k = 0; k < w.columns(); k++) {
          sum += Math.abs(weights[k] * x[t * stride(w.columns()) + k]);
        }
        bound[1 + t * stride(w.rows()) + row] =
            sum * (1e-6f + 1e-7f * (float) Math.sqrt(w.columns()));
      }
    }
    return bound;
  }

  private static void assertClose(float[] actual, float[] expected, float[] bound) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(bound[i]));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void aTokenGivesTheSameBitsInAnyCompanyAndAnySplit(GgmlType type) {
    int columns = columns(type)[columns(type).length - 1];
    int rows = 29;
    MatmulWeights w = RandomWeights.of(type, rows, columns, 5);
    sameBits(w, columns, rows);
    pack(w);
    sameBits(w, columns, rows);
  }

  /** Batches of decode steps: each token's numbers are those of the token alone. */
  @ParameterizedTest
  @MethodSource("types")
  void aBatchGivesEachTokenTheBitsThatItHasAlone(GgmlType type) {
    for (int columns : new int[] {columns(type)[0], type.blockSize() == 1 ? 100 : 2560}) {
      for (int rows : new int[] {1, 15, 33, 50}) {
        MatmulWeights stored = RandomWeights.of(type, rows, columns, 11);
        MatmulWeights copied = RandomWeights.of(type, rows, columns, 11);
        pack(copied);
        float[] x = RandomWeights.activations(40 * stride(columns), 12);
        for (MatmulKernels kernels : List.of(SCALAR, VECTOR)) {
          for (MatmulWeights w : List.of(stored, copied)) {
            float[][] alone = new float[40][];
            for (int token = 0; token < 40; token++) {
              alone[token] = few(kernels, w, x, token, 1, 0, rows);
            }
            for (int tokens : new int[] {1, 2, 3, 4, 5, 7, 8, 16, 17, 39}) {
              float[] y = few(kernels, w, x, 1, tokens, 0, rows);
              for (int token = 0; token < tokens; token++) {
                assertThat(part(y, w, token))
                    .as("%d columns, %d rows, token %d of %d", columns, rows, token, tokens)
                    .isEqualTo(part(alone[1 + token], w, 0));
              }
            }
          }
        }
      }
    }
  }

  /** A copy that comes later must not change an answer. */
  @ParameterizedTest
  @MethodSource("types")
  void storedBlocksGiveTheBitsOfTheCopyThatIsToCome(GgmlType type) {
    if (!PackedKernel.packs(type)) {
      System.out.println("skipped: weights of type " + type + " are not copied");
      return;
    }
    for (int columns : new int[] {columns(type)[0], 2560}) {
      for (int rows : new int[] {1, 15, 33, 200}) {
        MatmulWeights w = RandomWeights.of(type, rows, columns, 13);
        float[] x = RandomWeights.activations(7 * stride(columns), 14);
        w.promise();
        float[][] before = new float[3][];
        for (int i = 0; i < 3; i++) {
          before[i] = few(VECTOR, w, x, i, 1 + 2 * i, 0, rows);
        }
        float[] part = few(VECTOR, w, x, 0, 1, rows / 3, rows);
        pack(w);
        for (int i = 0; i < 3; i++) {
          assertThat(before[i]).isEqualTo(few(VECTOR, w, x, i, 1 + 2 * i, 0, rows));
        }
        assertThat(part).isEqualTo(few(VECTOR, w, x, 0, 1, rows / 3, rows));
      }
    }
  }

  private static void sameBits(MatmulWeights w, int columns, int rows) {
    float[] x = RandomWeights.activations(70 * stride(columns), 6);
    for (int first : new int[] {0, 1, 37}) {
      float[] alone = few(VECTOR, w, x, first, 1, 0, rows);
      float[] packed = many(VECTOR, w, x, first, 1, 0, rows);
      for (int tokens : new int[] {2, 3, 4, 5, 8, 9, 16, 17, 31, 33}) {
        assertThat(Stream.of(few(VECTOR, w, x, first, tokens, 0, rows)).map(y -> part(y, w, 0)))
            .containsExactly(part(alone, w, 0));
        assertThat(part(many(VECTOR, w, x, first, tokens, 0, rows), w, 0))
            .isEqualTo(part(packed, w, 0));
        // The same token as the last of several.
        if (first >= tokens - 1) {
          int start = first - tokens + 1;
          assertThat(part(few(VECTOR, w, x, start, tokens, 0, rows), w, tokens - 1))
              .isEqualTo(part(alone, w, 0));
          assertThat(part(many(VECTOR, w, x, start, tokens, 0, rows), w, tokens - 1))
              .isEqualTo(part(packed, w, 0));
        }
      }
      for (int split : new int[] {1, 2, 6, 7, 13, 28}) {
        assertThat(
                sum(
                    few(VECTOR, w, x, first, 1, 0, split),
                    few(VECTOR, w, x, first, 1, split, rows)))
            .isEqualTo(alone);
        assertThat(
                sum(
                    few(VECTOR, w, x, first, 5, 0, split),
                    few(VECTOR, w, x, first, 5, split, rows)))
            .isEqualTo(few(VECTOR, w, x, first, 5, 0, rows));
        assertThat(
                sum(
                    many(VECTOR, w, x, first, 18, 0, split),
                    many(VECTOR, w, x, first, 18, split, rows)))
            .isEqualTo(many(VECTOR, w, x, first, 18, 0, rows));
      }
    }
  }

  private static List<Float> part(float[] y, MatmulWeights w, int token) {
    return IntStream.range(0, w.rows())
        .mapToObj(row -> y[1 + token * stride(w.rows()) + row])
        .toList();
  }

  /** Each element is zero in one of the two, so this joins them and shows writes out of range. */
  private static float[] sum(float[] a, float[] b) {
    float[] sum = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("types")
  void extremeScalesStayFinite(GgmlType type) {
    int columns = columns(type)[columns(type).length - 1];
    for (float scale : new float[] {65504, -65504, 0x1p-24f, 0}) {
      for (float minimum : new float[] {65504, -65504, -0x1p-24f, 0}) {
        MatmulWeights w = RandomWeights.of(type, 7, columns, 8, scale, minimum);
        MatmulWeights copied = RandomWeights.of(type, 7, columns, 8, scale, minimum);
        pack(copied);
        float[] x = RandomWeights.activations(6 * stride(columns), 9);
        for (float[] y :
            List.of(
                few(VECTOR, w, x, 0, 1, 0, 7),
                few(VECTOR, w, x, 0, 5, 0, 7),
                few(VECTOR, copied, x, 0, 1, 0, 7),
                few(VECTOR, copied, x, 0, 5, 0, 7),
                many(VECTOR, w, x, 0, 5, 0, 7))) {
          for (float value : y) {
            assertThat(value).isFinite();
          }
        }
      }
    }
  }

  @Test
  void panelsOfWideRowsAreSplit() {
    MatmulWeights w = RandomWeights.of(GgmlType.Q4_1, 40, 3200, 3); // 15 rows fit in a panel
    float[] x = RandomWeights.activations(9 * stride(3200), 4);
    assertClose(many(VECTOR, w, x, 0, 9, 0, 40), few(SCALAR, w, x, 0, 9, 0, 40), bound(w, x, 9));
  }

  @Test
  void activationsCanBePackedInAnyOrderAndReused() {
    float[] x = RandomWeights.activations(100 * 64, 4);
    Activations whole = VECTOR.activations(100, 64);
    whole.prepare(RandomWeights.activations(30 * 128, 5), 0, 128, 30, 128);
    whole.prepare(x, 0, 64, 100, 64);
    Activations pieces = VECTOR.activations(100, 64);
    pieces.begin(100, 64);
    for (int tile = pieces.tiles(); tile-- > 0; ) {
      pieces.pack(x, 0, 64, tile, tile + 1);
    }
    for (int token = 0; token < 100; token++) {
      for (int k = 0; k < 64; k++) {
        assertThat(whole.value(token, k)).isEqualTo(x[token * 64 + k]);
        assertThat(pieces.value(token, k)).isEqualTo(x[token * 64 + k]);
      }
    }
  }
}

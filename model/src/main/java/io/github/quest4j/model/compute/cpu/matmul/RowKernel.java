package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;

/**
 * Reads rows of one type of weights. There is a class per type with its own loops, so that no loop
 * holds a call that the compiler cannot inline.
 *
 * <p>A product has two accumulators of {@link Lanes#WIDTH} lanes: columns 0 to 15 of each 32 go to
 * the first, 16 to 31 to the second, in ascending order; {@link UnpackedRows} does the same, so
 * both give the same bits. Columns after the last whole 32 are added one by one.
 */
abstract class RowKernel {
  static final int BATCH = 16;

  static RowKernel of(GgmlType type) {
    return switch (type) {
      case F32 -> F32Rows.INSTANCE;
      case F16 -> F16Rows.INSTANCE;
      case BF16 -> BF16Rows.INSTANCE;
      case Q8_0 -> Q8_0Rows.INSTANCE;
      case Q4_0 -> Q4_0Rows.INSTANCE;
      case Q4_1 -> Q4_1Rows.INSTANCE;
      case Q5_0 -> Q5_0Rows.INSTANCE;
      case Q5_1 -> Q5_1Rows.INSTANCE;
      case Q4_K -> Q4_KRows.INSTANCE;
      case Q5_K -> Q5_KRows.INSTANCE;
      case Q6_K -> Q6_KRows.INSTANCE;
      default -> throw new IllegalArgumentException("weights cannot be multiplied in type " + type);
    };
  }

  /** Writes the row at an address to {@code out[at ..]}. */
  abstract void unpack(long row, int columns, float[] out, int at);

  /**
   * Writes the accumulators of at most {@link #BATCH} rows and {@code x[at ..]} to {@code sums}
   * [row, 2, WIDTH]; {@code scales} is working memory. {@link Lanes#sum} adds them up, apart from
   * the loop: the compiler stops inlining in methods that grow too large, and then boxes vectors.
   */
  abstract void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales);

  /** Adds the columns after the last whole 32, which only types without blocks have. */
  float tail(float sum, long row, int columns, float[] x, int at) {
    return sum;
  }

  static FloatVector zero() {
    return FloatVector.zero(Lanes.F);
  }

  static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(Lanes.F, x, at);
  }
}

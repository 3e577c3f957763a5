package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of floats, half floats or their like, which decode products read where they are stored.
 *
 * <p>A product has two accumulators of {@link Lanes#WIDTH} lanes: columns 0 to 15 of each 32 go to
 * the first, 16 to 31 to the second, in ascending order; {@link UnpackedRows} does the same, so
 * both give the same bits. Columns after the last whole 32 are added one by one.
 */
abstract class PlainRowKernel extends RowKernel {
  static final int BATCH = 16;

  private final MethodHandle accumulate =
      CompiledApart.method(
          MethodHandles.lookup(),
          this,
          "accumulate",
          long.class,
          int.class,
          int.class,
          float[].class,
          int.class,
          float[].class);

  static PlainRowKernel of(GgmlType type) {
    return switch (type) {
      case F32 -> F32Rows.INSTANCE;
      case F16 -> F16Rows.INSTANCE;
      case BF16 -> BF16Rows.INSTANCE;
      default -> throw new IllegalArgumentException("weights are not plain in type " + type);
    };
  }

  /**
   * Writes the accumulators of at most {@link #BATCH} rows and {@code x[at ..]} to {@code sums}
   * [row, 2, WIDTH]. {@link Lanes#sum} adds them up, apart from the loop: the compiler stops
   * inlining in methods that grow too large, and then boxes vectors.
   */
  abstract void accumulate(long first, int rows, int columns, float[] x, int at, float[] sums);

  /** Adds the columns after the last whole 32. */
  abstract float tail(float sum, long row, int columns, float[] x, int at);

  /** As {@link #accumulate}, compiled apart from its caller. */
  final void accumulateApart(long first, int rows, int columns, float[] x, int at, float[] sums) {
    try {
      accumulate.invokeExact(first, rows, columns, x, at, sums);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  static FloatVector zero() {
    return FloatVector.zero(Lanes.F);
  }

  static FloatVector load(float[] x, int at) {
    return Lanes.load(x, at);
  }
}

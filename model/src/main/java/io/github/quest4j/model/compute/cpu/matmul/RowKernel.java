package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Reads rows of one type of weights. There is a class per type with its own loops, so that no loop
 * holds a call that the compiler cannot inline.
 */
abstract class RowKernel {
  private final MethodHandle unpack =
      CompiledApart.method(
          MethodHandles.lookup(), this, "unpack", long.class, int.class, float[].class, int.class);

  static RowKernel of(GgmlType type) {
    return switch (type) {
      case F32, F16, BF16 -> PlainRowKernel.of(type);
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

  /** As {@link #unpack}, compiled apart from its caller. */
  final void unpackApart(long row, int columns, float[] out, int at) {
    try {
      unpack.invokeExact(row, columns, out, at);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }
}

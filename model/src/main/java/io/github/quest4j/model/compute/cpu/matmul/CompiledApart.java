package io.github.quest4j.model.compute.cpu.matmul;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * A kernel whose methods are never inlined into their callers, because a method handle that is not
 * a constant never is. Inlined there, two kernels together pass the compiler's limit on nodes; it
 * then leaves vector operations as calls, and a model with weights of two types runs four times
 * slower.
 */
final class CompiledApart {
  private final RowKernel kernel;
  private final MethodHandle unpack;
  private final MethodHandle accumulate;

  CompiledApart(RowKernel kernel) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    this.kernel = kernel;
    try {
      this.unpack =
          lookup
              .findVirtual(
                  RowKernel.class,
                  "unpack",
                  methodType(void.class, long.class, int.class, float[].class, int.class))
              .bindTo(kernel);
      this.accumulate =
          lookup
              .findVirtual(
                  RowKernel.class,
                  "accumulate",
                  methodType(
                      void.class,
                      long.class,
                      int.class,
                      int.class,
                      float[].class,
                      int.class,
                      float[].class,
                      float[].class))
              .bindTo(kernel);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** {@link RowKernel#unpack}. */
  void unpack(long row, int columns, float[] out, int at) {
    try {
      unpack.invokeExact(row, columns, out, at);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** {@link RowKernel#accumulate}. */
  void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales) {
    try {
      accumulate.invokeExact(first, rows, columns, x, at, sums, scales);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** {@link RowKernel#tail}. */
  float tail(float sum, long row, int columns, float[] x, int at) {
    return kernel.tail(sum, row, columns, x, at);
  }

  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e); // kernels declare no checked exception
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Methods that are never inlined into their callers, because a method handle that is not a constant
 * never is. Inlined there, two kernels together pass the compiler's limit on nodes; it then leaves
 * vector operations as calls, and a model with weights of two types runs four times slower.
 */
final class CompiledApart {
  private CompiledApart() {}

  /** A kernel's own method without result. */
  static MethodHandle method(Class<?> type, Object kernel, String name, Class<?>... parameters) {
    try {
      return MethodHandles.lookup()
          .findVirtual(type, name, methodType(void.class, parameters))
          .bindTo(kernel);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** What such a method threw: kernels declare no checked exception. */
  static RuntimeException unchecked(Throwable e) {
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }
}

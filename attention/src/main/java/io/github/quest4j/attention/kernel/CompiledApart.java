package io.github.quest4j.attention.kernel;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Methods that are never inlined into their callers, because a method handle that is not a constant
 * never is. Inlined there, two kernels together pass the compiler's limit on nodes; it then leaves
 * vector operations as calls that put their vectors on the heap, and runs four times slower.
 * Whether that happens hangs on what was compiled before, so it comes and goes from one JVM to the
 * next.
 *
 * <p>Such a handle must not be kept in a static final field, nor in one of a record. A call costs
 * some 5 ns.
 */
public final class CompiledApart {
  private CompiledApart() {}

  /**
   * A kernel's own method without result.
   *
   * @param lookup of the class that declares it
   * @param kernel the object whose method it is
   */
  public static MethodHandle method(
      MethodHandles.Lookup lookup, Object kernel, String name, Class<?>... parameters) {
    try {
      return lookup
          .findVirtual(lookup.lookupClass(), name, methodType(void.class, parameters))
          .bindTo(kernel);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /**
   * The only static method of that name of the class that looks it up.
   *
   * @param lookup of the class that declares it
   */
  public static MethodHandle function(MethodHandles.Lookup lookup, String name) {
    Method[] found =
        Arrays.stream(lookup.lookupClass().getDeclaredMethods())
            .filter(method -> method.getName().equals(name))
            .toArray(Method[]::new);
    if (found.length != 1) {
      throw new LinkageError(found.length + " methods " + name + " in " + lookup.lookupClass());
    }
    try {
      return lookup.unreflect(found[0]);
    } catch (IllegalAccessException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** What such a method threw: kernels declare no checked exception. */
  public static RuntimeException unchecked(Throwable e) {
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }
}

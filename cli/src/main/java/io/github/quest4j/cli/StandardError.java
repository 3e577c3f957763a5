package io.github.quest4j.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Standard error as the launcher leaves it. While the JVM starts with an incubator module it prints
 * a line that no user can act on and no option turns off; the launcher lets standard error of that
 * moment pass through a filter and hands over the real one under another number.
 */
final class StandardError {
  private static final int STDERR = 2;

  private StandardError() {}

  /** Puts the real standard error, if the launcher gave one, in the place of the filtered one. */
  static void restore() {
    Integer descriptor = Integer.getInteger("quest.stderr");
    if (descriptor == null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> dup2 = linker.defaultLookup().find("dup2");
    if (dup2.isEmpty()) {
      return;
    }
    MethodHandle handle =
        linker.downcallHandle(
            dup2.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int _ = (int) handle.invokeExact(descriptor.intValue(), STDERR);
    } catch (Throwable e) {
      // Messages go on through the filter, which changes only that one line.
    }
  }

  /** Whether the launcher has given a real standard error. */
  static boolean filtered() {
    return System.getProperty("quest.stderr") != null;
  }

  /** Whether a person looks at standard error: bars may be drawn. */
  static boolean isTerminal() {
    return Boolean.getBoolean("quest.stderr.terminal");
  }
}

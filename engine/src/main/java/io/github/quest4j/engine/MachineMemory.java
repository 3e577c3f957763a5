package io.github.quest4j.engine;

import java.lang.management.ManagementFactory;

/** The memory of the machine or container. */
final class MachineMemory {

  private MachineMemory() {}

  /** Bytes of physical memory, as the JVM sees its machine or container. */
  static long total() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}

package io.github.quest4j.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of the machine or container. */
public final class MachineMemory {

  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d+) kB$");

  private MachineMemory() {}

  /** Bytes of physical memory, as the JVM sees its machine or container. */
  public static long total() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /**
   * Bytes that can be taken without swapping: what is free and, where the system tells, what file
   * caches would give back.
   */
  public static long available() {
    long free =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean os
            ? os.getFreeMemorySize()
            : Runtime.getRuntime().freeMemory();
    return Math.min(total(), Math.max(free, reclaimable().orElse(0)));
  }

  /**
   * Bytes that copies of weights may take: a quarter of the memory, free or not, since a product
   * from a copy rounds differently and a run should repeat the one before.
   */
  static long forWeightCopies() {
    return Math.max(1, total() / 4);
  }

  private static OptionalLong reclaimable() {
    try {
      Matcher line = AVAILABLE.matcher(Files.readString(MEMINFO));
      return line.find()
          ? OptionalLong.of(Long.parseLong(line.group(1)) * 1_024)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // not Linux
    }
  }
}

package io.github.quest4j.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/** What the process takes of the machine, by which a leak outside the page pool is seen. */
final class ProcessGauges {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:"; // in KiB

  private ProcessGauges() {}

  static void register(MeterRegistry registry, String prefix) {
    gauge(
        registry,
        prefix + "process.resident.bytes",
        "Memory of the process that is in RAM; NaN where the system does not tell",
        ProcessGauges::resident);
    gauge(
        registry,
        prefix + "jvm.threads",
        "Platform threads; virtual threads are not counted",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    gauge(
        registry,
        prefix + "heap.used.bytes",
        "Java heap in use, garbage included",
        () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    gauge(
        registry,
        prefix + "heap.after.gc.bytes",
        "Java heap that the last collection of each of its pools left in use",
        ProcessGauges::heapAfterCollection);
  }

  private static void gauge(
      MeterRegistry registry, String name, String description, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble).description(description).register(registry);
  }

  private static double resident() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToDouble(line -> 1_024.0 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN; // not Linux
    }
  }

  private static double heapAfterCollection() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getCollectionUsage)
        .flatMap(usage -> Optional.ofNullable(usage).stream()) // a pool may not tell
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }
}

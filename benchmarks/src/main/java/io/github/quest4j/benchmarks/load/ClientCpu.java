package io.github.quest4j.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this program takes of the processor, which it shares with a server on the same machine. */
final class ClientCpu {

  private ClientCpu() {}

  /** Processor time since the start of the program, all threads; NaN where it is not known. */
  static double seconds() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      long nanos = system.getProcessCpuTime();
      return nanos < 0 ? Double.NaN : nanos / 1e9;
    }
    return Double.NaN;
  }
}

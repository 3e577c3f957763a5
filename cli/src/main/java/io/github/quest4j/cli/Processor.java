package io.github.quest4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the machine calls its processor. */
final class Processor {

  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  private Processor() {}

  /** Its name, or its architecture where the system does not tell. */
  static String name() {
    try (Stream<String> lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith(MODEL))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}

package io.github.quest4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The largest cache of the processor. */
final class LastLevelCache {

  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final Pattern SIZE = Pattern.compile("(\\d+)([KMG]?)");

  private LastLevelCache() {}

  /** Its bytes, where the system tells. */
  static OptionalLong bytes() {
    long largest = 0;
    for (int index = 0; index < 8; index++) {
      Path size = CACHES.resolve("index" + index).resolve("size");
      try {
        largest = Math.max(largest, parse(Files.readString(size).strip()));
      } catch (IOException e) {
        break; // not Linux, or no further cache
      }
    }
    return largest == 0 ? OptionalLong.empty() : OptionalLong.of(largest);
  }

  static long parse(String size) {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches()) {
      return 0;
    }
    int shift =
        switch (matcher.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }
}

package io.github.quest4j.attention.kv;

import java.util.Locale;

/** A reservation did not fit the {@link MemoryLimit}. */
public final class OutOfMemoryLimitException extends RuntimeException {

  OutOfMemoryLimitException(long limit, long used, long wanted) {
    super(
        "memory limit of "
            + size(limit)
            + " reached: "
            + size(used)
            + " in use, "
            + size(wanted)
            + " more wanted; raise the limit, shorten the context or run fewer sequences");
  }

  private static String size(long bytes) {
    if (bytes < 1L << 20) {
      return bytes + " bytes";
    }
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
  }
}

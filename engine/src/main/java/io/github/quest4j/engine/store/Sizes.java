package io.github.quest4j.engine.store;

import java.util.Locale;

/** Sizes for people. */
final class Sizes {
  private Sizes() {}

  /** For example {@code 98.4 MB}, in powers of ten. */
  static String of(long bytes) {
    if (bytes < 1_000_000) {
      return bytes + " bytes";
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}

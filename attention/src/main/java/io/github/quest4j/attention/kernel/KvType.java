package io.github.quest4j.attention.kernel;

import java.util.Locale;

/** Element type in which keys and values are stored. */
public enum KvType {
  /** IEEE half precision; values beyond its range are stored as the largest finite half. */
  F16(2),
  /** IEEE single precision. */
  F32(4);

  private final int bytes;

  KvType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** The name used on the command line: {@code f16}, {@code f32}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that name.
   *
   * @throws IllegalArgumentException naming the types there are
   */
  public static KvType of(String label) {
    for (KvType type : values()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown KV type: " + label + " (known: f16, f32)");
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;

/**
 * The quants of 32 columns out of a stored block, in the order of their columns. {@link
 * Dequantizer} says what they mean; where a type has no minimum its offset (8, 16 or 32) is taken
 * off here.
 */
final class Quants {
  private Quants() {}

  /**
   * @param block address of the block
   * @param group which 32 columns of the block
   * @param q receives 32 quants
   */
  static void read(GgmlType type, long block, int group, int[] q) {
    switch (type) {
      case Q4_0 -> nibbles(block + 2, -8, q);
      case Q4_1 -> nibbles(block + 4, 0, q);
      case Q5_0 -> {
        nibbles(block + 6, -16, q);
        fifthBits(Lanes.int32(block + 2), q);
      }
      case Q5_1 -> {
        nibbles(block + 8, 0, q);
        fifthBits(Lanes.int32(block + 4), q);
      }
      case Q8_0 -> {
        for (int i = 0; i < 32; i++) {
          q[i] = Lanes.int8(block + 2 + i);
        }
      }
      case Q4_K -> half(block + 16 + (group >> 1) * 32L, (group & 1) * 4, q);
      case Q5_K -> {
        half(block + 48 + (group >> 1) * 32L, (group & 1) * 4, q);
        for (int i = 0; i < 32; i++) {
          q[i] += (Lanes.int8(block + 16 + i) >> group & 1) << 4;
        }
      }
      case Q6_K -> {
        half(block + (group >> 2) * 64L + (group & 1) * 32L, (group & 2) * 2, q);
        long high = block + 128 + (group >> 2) * 32L;
        for (int i = 0; i < 32; i++) {
          q[i] += ((Lanes.int8(high + i) >> 2 * (group & 3) & 3) << 4) - 32;
        }
      }
      default -> throw new IllegalArgumentException("weights are not packed in type " + type);
    }
  }

  /** 16 bytes whose low nibbles come first. */
  private static void nibbles(long at, int offset, int[] q) {
    for (int i = 0; i < 16; i++) {
      int both = Lanes.int8(at + i) & 255;
      q[i] = (both & 15) + offset;
      q[i + 16] = (both >> 4) + offset;
    }
  }

  private static void fifthBits(int bits, int[] q) {
    for (int i = 0; i < 32; i++) {
      q[i] += (bits >> i & 1) << 4;
    }
  }

  /** The low or the high nibbles of 32 bytes. */
  private static void half(long at, int shift, int[] q) {
    for (int i = 0; i < 32; i++) {
      q[i] = Lanes.int8(at + i) >> shift & 15;
    }
  }
}

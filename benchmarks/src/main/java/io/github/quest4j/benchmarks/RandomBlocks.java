package io.github.quest4j.benchmarks;

import io.github.quest4j.model.gguf.GgmlType;
import java.util.SplittableRandom;

/**
 * Blocks of random weights in a file's format. Quantised values are random bits under one fixed
 * scale; floats have a random sign and mantissa between 2^-7 and 2^-6. So no weight is infinite or
 * subnormal, which would cost time that real weights do not.
 */
final class RandomBlocks {

  private static final short SCALE = Float.floatToFloat16(1f / 256);

  private RandomBlocks() {}

  /** So many blocks of a type that can be computed with, one after the other. */
  static byte[] of(GgmlType type, int blocks, long seed) {
    byte[] bytes = new byte[Math.multiplyExact(blocks, type.blockBytes())];
    new SplittableRandom(seed).nextBytes(bytes);
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      switch (type) {
        case F16 -> exponent(bytes, block, 0x83ff, 8 << 10);
        case BF16 -> exponent(bytes, block, 0x807f, 120 << 7);
        case F32 -> exponent(bytes, block + 2, 0x807f, 120 << 7);
        case Q8_0, Q4_0, Q5_0 -> scale(bytes, block);
        case Q4_1, Q5_1, Q4_K, Q5_K -> {
          scale(bytes, block);
          scale(bytes, block + 2);
        }
        case Q6_K -> scale(bytes, block + 208);
        default -> throw new IllegalArgumentException("no random weights of type " + type);
      }
    }
    return bytes;
  }

  private static void scale(byte[] bytes, int at) {
    exponent(bytes, at, 0, SCALE);
  }

  /** Keeps the bits of a mask in the two bytes at a place and sets others. */
  private static void exponent(byte[] bytes, int at, int keep, int set) {
    int bits = ((bytes[at] & 0xff) | bytes[at + 1] << 8) & keep | set;
    bytes[at] = (byte) bits;
    bytes[at + 1] = (byte) (bits >> 8);
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

/** The eight 6-bit scales and eight 6-bit minima in the 12 bytes of Q4_K and Q5_K, a byte each. */
final class KScales {
  private KScales() {}

  /** The scales: four in the low bits of the first four bytes, four in the last and first four. */
  static long scales(long at) {
    return scales(Lanes.int32(at), Lanes.int32(at + 8));
  }

  /** The same, of the first and the last four bytes. */
  static long scales(int first, int last) {
    int high = (last & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
    return pack(first & 0x3f3f3f3f, high);
  }

  /** The minima: likewise in the middle four bytes, and in the upper nibbles of the last. */
  static long minima(long at) {
    return minima(Lanes.int32(at + 4), Lanes.int32(at + 8));
  }

  /** The same, of the middle and the last four bytes. */
  static long minima(int middle, int last) {
    int high = (last >>> 4 & 0x0f0f0f0f) | (middle >>> 2 & 0x30303030);
    return pack(middle & 0x3f3f3f3f, high);
  }

  private static long pack(int low, int high) {
    return (long) high << 32 | low;
  }

  static int get(long eight, int i) {
    return (int) (eight >>> (8 * i)) & 255;
  }
}

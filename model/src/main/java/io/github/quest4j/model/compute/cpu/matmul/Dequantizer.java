package io.github.quest4j.model.compute.cpu.matmul;

import static java.lang.Float.float16ToFloat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * What a stored weight means, element by element: the specification of every kernel here.
 *
 * <p>Source: the block structures and {@code dequantize_row_*} of ggml.
 */
public final class Dequantizer {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Dequantizer() {}

  /**
   * Writes the elements [from, to) of one row to {@code out}, starting at {@code outOffset}.
   *
   * @throws IndexOutOfBoundsException if row or columns are not in the matrix, or out is too small
   */
  public static void row(
      MatmulWeights weights, int row, int from, int to, float[] out, int outOffset) {
    Objects.checkIndex(row, weights.rows());
    Objects.checkFromToIndex(from, to, weights.columns());
    Objects.checkFromIndexSize(outOffset, to - from, out.length);
    int blockSize = weights.type().blockSize();
    int blockBytes = weights.type().blockBytes();
    for (int k = from; k < to; k++) {
      long block = row * weights.rowBytes() + (long) (k / blockSize) * blockBytes;
      out[outOffset + k - from] = element(weights, block, k % blockSize);
    }
  }

  private static float element(MatmulWeights weights, long block, int j) {
    MemorySegment s = weights.data();
    return switch (weights.type()) {
      case F32 -> s.get(FLOAT, block);
      case F16 -> half(s, block);
      case BF16 -> Float.intBitsToFloat(s.get(SHORT, block) << 16);
      case Q8_0 -> half(s, block) * s.get(ValueLayout.JAVA_BYTE, block + 2 + j);
      case Q4_0 -> half(s, block) * (nibble(s, block + 2, j) - 8);
      case Q4_1 -> half(s, block) * nibble(s, block + 4, j) + half(s, block + 2);
      case Q5_0 ->
          half(s, block) * (nibble(s, block + 6, j) + 16 * bit(s.get(INT, block + 2), j) - 16);
      case Q5_1 ->
          half(s, block) * (nibble(s, block + 8, j) + 16 * bit(s.get(INT, block + 4), j))
              + half(s, block + 2);
      case Q4_K -> {
        int q = nibble(s, block + 16 + j / 64 * 32L, j % 64, 32);
        yield half(s, block) * scale6(s, block + 4, j / 32) * q
            - half(s, block + 2) * minimum6(s, block + 4, j / 32);
      }
      case Q5_K -> {
        int high = bit(unsigned(s, block + 16 + j % 32), j / 32);
        int q = nibble(s, block + 48 + j / 64 * 32L, j % 64, 32) + 16 * high;
        yield half(s, block) * scale6(s, block + 4, j / 32) * q
            - half(s, block + 2) * minimum6(s, block + 4, j / 32);
      }
      case Q6_K -> {
        int half = j / 128;
        int group = j / 32 % 4; // of 32 elements, within the half
        int low = nibble(s, block + half * 64L + group % 2 * 32L, group / 2 * 32 + j % 32, 32);
        int high = unsigned(s, block + 128 + half * 32L + j % 32) >> (2 * group);
        int q = low + 16 * (high & 3) - 32;
        yield half(s, block + 208) * s.get(ValueLayout.JAVA_BYTE, block + 192 + j / 16) * q;
      }
      default ->
          throw new IllegalArgumentException(
              "weights cannot be multiplied in type " + weights.type());
    };
  }

  private static float half(MemorySegment s, long at) {
    return float16ToFloat(s.get(SHORT, at));
  }

  private static int unsigned(MemorySegment s, long at) {
    return s.get(ValueLayout.JAVA_BYTE, at) & 255;
  }

  private static int bit(int bits, int j) {
    return bits >> j & 1;
  }

  private static int nibble(MemorySegment s, long at, int j) {
    return nibble(s, at, j, 16);
  }

  /** Element j of 2 × half nibbles: the low nibbles come first, then the high ones. */
  private static int nibble(MemorySegment s, long at, int j, int half) {
    return (unsigned(s, at + j % half) >> (j / half * 4)) & 15;
  }

  /** The 6-bit scale of 32 elements: the first four in six bits, the others in four and two. */
  private static int scale6(MemorySegment s, long at, int group) {
    return group < 4
        ? unsigned(s, at + group) & 63
        : (unsigned(s, at + group + 4) & 15) | unsigned(s, at + group - 4) >> 6 << 4;
  }

  /** The 6-bit minimum of 32 elements, stored beside their scale. */
  private static int minimum6(MemorySegment s, long at, int group) {
    return group < 4
        ? unsigned(s, at + group + 4) & 63
        : unsigned(s, at + group + 4) >> 4 | unsigned(s, at + group) >> 6 << 4;
  }
}

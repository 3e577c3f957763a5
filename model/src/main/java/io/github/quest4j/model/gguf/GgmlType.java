package io.github.quest4j.model.gguf;

import java.util.Optional;

/**
 * How the elements of a tensor are stored: a row is a sequence of blocks of {@link #blockSize()}
 * elements, each {@link #blockBytes()} long. The constants after {@link #Q6_K} are known only so
 * that they can be named and their sizes checked.
 *
 * <p>Source: {@code enum ggml_type} and the block structures of ggml.
 */
public enum GgmlType {
  F32(0, 1, 4, true),
  F16(1, 1, 2, true),
  BF16(30, 1, 2, true),
  /** f16 scale, 32 signed bytes. */
  Q8_0(8, 32, 34, true),
  /** f16 scale, 32 nibbles. */
  Q4_0(2, 32, 18, true),
  /** f16 scale, f16 minimum, 32 nibbles. */
  Q4_1(3, 32, 20, true),
  /** f16 scale, 32 high bits, 32 nibbles. */
  Q5_0(6, 32, 22, true),
  /** f16 scale, f16 minimum, 32 high bits, 32 nibbles. */
  Q5_1(7, 32, 24, true),
  /** f16 scale, f16 minimum, 8 pairs of 6-bit scale and minimum, 256 nibbles. */
  Q4_K(12, 256, 144, true),
  /** As Q4_K, with 256 high bits. */
  Q5_K(13, 256, 176, true),
  /** 256 nibbles, 256 pairs of high bits, 16 signed byte scales, f16 scale. */
  Q6_K(14, 256, 210, true),

  F64(28, 1, 8, false),
  I8(24, 1, 1, false),
  I16(25, 1, 2, false),
  I32(26, 1, 4, false),
  I64(27, 1, 8, false),
  Q8_1(9, 32, 36, false),
  Q1_0(41, 128, 18, false),
  Q2_0(42, 64, 18, false),
  Q2_K(10, 256, 84, false),
  Q3_K(11, 256, 110, false),
  Q8_K(15, 256, 292, false),
  IQ1_S(19, 256, 50, false),
  IQ1_M(29, 256, 56, false),
  IQ2_XXS(16, 256, 66, false),
  IQ2_XS(17, 256, 74, false),
  IQ2_S(22, 256, 82, false),
  IQ3_XXS(18, 256, 98, false),
  IQ3_S(21, 256, 110, false),
  IQ4_NL(20, 32, 18, false),
  IQ4_XS(23, 256, 136, false),
  TQ1_0(34, 256, 54, false),
  TQ2_0(35, 256, 66, false),
  MXFP4(39, 32, 17, false),
  NVFP4(40, 64, 36, false),
  Q4_0_4_4(31, 32, 18, false),
  Q4_0_4_8(32, 32, 18, false),
  Q4_0_8_8(33, 32, 18, false);

  private final int id;
  private final int blockSize;
  private final int blockBytes;
  private final boolean supported;

  GgmlType(int id, int blockSize, int blockBytes, boolean supported) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.supported = supported;
  }

  /** The type with this number in a file, or empty if no such type is known. */
  public static Optional<GgmlType> byId(int id) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type's number in a file. */
  public int id() {
    return id;
  }

  /** Elements per block; 1 for types that are not quantised. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes per block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether tensors of this type can be computed with, not only named. */
  public boolean supported() {
    return supported;
  }

  /**
   * Bytes that hold so many elements.
   *
   * @throws IllegalArgumentException if the number is negative, not a whole number of blocks, or
   *     the bytes do not fit in a long
   */
  public long bytes(long elements) {
    if (elements < 0 || elements % blockSize != 0) {
      throw new IllegalArgumentException(
          "number of " + this + " elements is not a multiple of " + blockSize + ": " + elements);
    }
    long blocks = elements / blockSize;
    if (blocks > Long.MAX_VALUE / blockBytes) {
      throw new IllegalArgumentException(
          "size in bytes does not fit in 63 bits: " + elements + " elements of " + this);
    }
    return blocks * blockBytes;
  }
}

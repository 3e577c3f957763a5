package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.IntVector;

/**
 * Quants that become floats where they stand: as the highest bits of a mantissa, behind an exponent
 * for which a quant's lowest bit is worth one. The float is the quant and a {@link #base}, exactly,
 * and costs a mask and an or, which are one instruction where there is one of three operands, in
 * place of a shift and a conversion. Sums of products with such floats begin with the base times
 * the sum of the activations, negative.
 *
 * <p>In the words of a copy ({@link #place}) the first quant stands there; the others need a shift.
 */
final class Mantissas {
  static final IntVector FOURS = constant(0x00780000); // the highest bits of a mantissa
  static final IntVector FIVES = constant(0x007c0000);
  static final IntVector BYTES = constant(0x007f8000);
  static final IntVector SIXTEEN = constant(Float.floatToRawIntBits(16));
  static final IntVector THIRTY_TWO = constant(Float.floatToRawIntBits(32));
  static final IntVector SIXTY_FOUR = constant(Float.floatToRawIntBits(64));
  static final IntVector TWO_FIFTY_SIX = constant(Float.floatToRawIntBits(256));

  private Mantissas() {}

  private static IntVector constant(int value) {
    return IntVector.broadcast(Lanes.I, value);
  }

  /**
   * How much larger than its quant a float is: the lowest bit's exponent, and the type's offset.
   */
  static float base(GgmlType type) {
    return switch (type) {
      case Q4_1, Q4_K -> 16;
      case Q4_0 -> 16 + 8;
      case Q5_1, Q5_K -> 32;
      case Q5_0 -> 32 + 16;
      case Q6_K -> 64 + 32;
      case Q8_0 -> 256 + 128;
      default -> throw new IllegalArgumentException("weights are not packed in type " + type);
    };
  }

  /** A word of {@link Quants}, turned so that its first quant is at the top of a mantissa. */
  static int place(GgmlType type, int word) {
    return Integer.rotateLeft(word, 23 - bits(type));
  }

  /** Bits between a quant of a word and the next. */
  static int bits(GgmlType type) {
    return switch (PackedKernel.intsOfBlock(type)) {
      case 4 -> 4;
      case 6 -> 5;
      default -> 8;
    };
  }
}

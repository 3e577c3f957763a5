package io.github.quest4j.model.compute.cpu.matmul;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector width, and how bytes at an address become lanes. */
final class Lanes {
  static final VectorSpecies<Float> F = species();
  static final VectorSpecies<Integer> I = F.withLanes(int.class);

  /** Floats in a vector: 4, 8 or 16. */
  static final int WIDTH = F.length();

  /** Vectors in 16 elements, the smallest group with a scale of its own. */
  static final int PARTS = 16 / WIDTH;

  /**
   * All memory. Its size is a constant, so that for an offset known to be in [0, 2^56) the compiler
   * drops the bounds check, which it does not for a segment of variable size: a decode product of
   * Q4_1 was 8% slower with the checks. {@link #address(long)} makes such an offset.
   */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long ADDRESS_MASK = (1L << 56) - 1;
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  static final VectorSpecies<Byte> BYTES =
      WIDTH == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
  private static final VectorSpecies<Integer> PACKED =
      WIDTH == 16 ? IntVector.SPECIES_128 : IntVector.SPECIES_64;
  static final VectorSpecies<Short> SHORTS =
      WIDTH == 16
          ? ShortVector.SPECIES_256
          : WIDTH == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;

  /**
   * Of a half float that has been moved to its place in a float: all but the gap in the exponent.
   */
  static final IntVector HALF_BITS = IntVector.broadcast(I, 0x8fffe000);

  /** What such a float is too small by. */
  static final FloatVector HALF_UNIT = FloatVector.broadcast(F, 0x1p112f);

  private static final VectorShuffle<Float> HALF = VectorShuffle.iota(F, 8, 1, true);
  private static final VectorShuffle<Float> QUARTER = VectorShuffle.iota(F, 4, 1, true);
  private static final VectorShuffle<Float> PAIR = VectorShuffle.iota(F, 2, 1, true);

  private Lanes() {}

  private static VectorSpecies<Float> species() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return bits >= 512
        ? FloatVector.SPECIES_512
        : bits >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }

  static long address(long address) {
    return address & ADDRESS_MASK;
  }

  static int int32(long at) {
    return MEMORY.get(INT, at);
  }

  static float float32(long at) {
    return MEMORY.get(FLOAT, at);
  }

  static float bfloat16(long at) {
    return Float.intBitsToFloat(MEMORY.get(SHORT, at) << 16);
  }

  static float half(long at) {
    return Float.float16ToFloat(MEMORY.get(SHORT, at));
  }

  static byte int8(long at) {
    return MEMORY.get(ValueLayout.JAVA_BYTE, at);
  }

  /** The unsigned bytes of one of several vectors from {@code start} on. */
  static IntVector bytes(long start, int part) {
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, MEMORY, start + offset(part), ORDER)
            .convertShape(ZERO_EXTEND_B2I, I, piece(part));
  }

  /** The signed bytes of one of several vectors from {@code start} on. */
  static IntVector signedBytes(long start, int part) {
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, MEMORY, start + offset(part), ORDER)
            .convertShape(B2I, I, piece(part));
  }

  /**
   * As {@link #bytes}, not yet widened: masks and shifts cost a quarter there, as long as a mask
   * drops what a shift brings over from the neighbour. Then widen the bytes' {@link #piece}.
   */
  static IntVector packed(long start, int part) {
    return IntVector.fromMemorySegment(PACKED, MEMORY, start + offset(part), ORDER);
  }

  /** Which part of loaded bytes is meant: no byte vector is as short as four, so two share one. */
  static int piece(int part) {
    return WIDTH == 4 ? part & 1 : 0;
  }

  /** Where the bytes of one of several vectors are loaded, {@link #piece} of which is meant. */
  static long offset(int part) {
    return WIDTH == 4 ? (part >> 1) * 8L : (long) part * WIDTH;
  }

  /**
   * WIDTH half floats: exponent and mantissa moved to their places in a float are worth 2^112 too
   * little, subnormals too; an exponent of all ones must stay one.
   */
  static FloatVector halfs(long at) {
    FloatVector v =
        shorts(at).lanewise(LSHL, 13).and(HALF_BITS).reinterpretAsFloats().mul(HALF_UNIT);
    return v.reinterpretAsInts()
        .lanewise(OR, 0x7f800000, v.abs().compare(GE, 65536f).cast(I))
        .reinterpretAsFloats();
  }

  /** WIDTH finite half floats. */
  static FloatVector scales(long at) {
    return shorts(at).lanewise(LSHL, 13).and(HALF_BITS).reinterpretAsFloats().mul(HALF_UNIT);
  }

  static FloatVector bfloat16s(long at) {
    return shorts(at).lanewise(LSHL, 16).reinterpretAsFloats();
  }

  private static IntVector shorts(long at) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, MEMORY, at, ORDER).convertShape(S2I, I, 0);
  }

  static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(I2F, 0);
  }

  static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(F, x, at);
  }

  static FloatVector floats(long at) {
    return FloatVector.fromMemorySegment(F, MEMORY, at, ORDER);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(F, value);
  }

  /** The lowest bits. */
  static VectorMask<Integer> mask(int bits) {
    return VectorMask.fromLong(I, bits & ((1 << WIDTH) - 1));
  }

  /**
   * The sum of the two accumulators at {@code sums[at ..]}. The order is written out because
   * reduceLanes leaves it open: interpreted and compiled code would differ.
   */
  static float sum(float[] sums, int at) {
    FloatVector v =
        FloatVector.fromArray(F, sums, at).add(FloatVector.fromArray(F, sums, at + WIDTH));
    if (WIDTH == 16) {
      v = v.add(v.rearrange(HALF));
    }
    if (WIDTH >= 8) {
      v = v.add(v.rearrange(QUARTER));
    }
    v = v.add(v.rearrange(PAIR));
    return v.lane(0) + v.lane(1);
  }

  /** The sums of several rows' accumulators. */
  static void sums(float[] sums, int rows, float[] y, int at) {
    for (int r = 0; r < rows; r++) {
      y[at + r] = sum(sums, r * 2 * WIDTH);
    }
  }
}

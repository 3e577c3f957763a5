package io.github.quest4j.attention.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this machine; constants, since only then do they compile to instructions.
 */
public final class VectorShapes {

  public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final int LANES = FLOATS.length();
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** As many halves as a float vector has lanes. */
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /** What {@link #highHalves} must be multiplied with. */
  static final float HALF_SCALE = 0x1p112f;

  /** The bits of a half in a float, once shifted there with copies of its sign. */
  static final int HALF_BITS = 0x8fffe000;

  /** The partner of every lane in a butterfly of distance 1. */
  static final VectorShuffle<Float> BY_1 = partner(1);

  /** The same of distance 2. */
  static final VectorShuffle<Float> BY_2 = partner(2);

  /** The same of distance 4. */
  static final VectorShuffle<Float> BY_4 = partner(4);

  /** The same of distance 8. */
  static final VectorShuffle<Float> BY_8 = partner(8);

  /** Bytes of a cache line. */
  static final int CACHE_LINE = 64;

  /**
   * Bytes of the smallest page of the operating system; where they are larger, some are in vain.
   */
  private static final int OS_PAGE = 4096;

  private VectorShapes() {}

  /**
   * Reads a word of every cache line, so that memory is read in its order and as fast as it comes;
   * returns what has to be kept for the reads not to be dropped.
   */
  static long fetch(MemorySegment segment, long offset, int bytes) {
    // By vectors: the fewer instructions between two lines, the more lines are under way at once.
    // Of ints, and added up, as other loops do: with longs and "or" the compiler lacks a profile
    // and now and then puts the vectors on the heap.
    IntVector seen = IntVector.zero(INTS);
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      seen = seen.add(IntVector.fromMemorySegment(INTS, segment, offset + i, LITTLE_ENDIAN));
    }
    return seen.lane(0);
  }

  /** Reads a word of every page of the operating system, as {@link #fetch} does of every line. */
  static long locate(MemorySegment segment, long offset, int bytes) {
    long seen = 0;
    for (int i = 0; i < bytes; i += OS_PAGE) {
      seen |= segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + i);
    }
    return seen;
  }

  private static VectorShuffle<Float> partner(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) & (LANES - 1));
  }

  /**
   * The halves in the upper 16 bits of every lane as floats that are 2^112 too small. Exact for all
   * finite halves; every bit pattern gives a finite number.
   */
  static FloatVector highHalves(IntVector pairs) {
    return pairs.lanewise(VectorOperators.ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
  }

  /** The same of the halves in the lower 16 bits. */
  static FloatVector lowHalves(IntVector pairs) {
    return highHalves(pairs.lanewise(VectorOperators.LSHL, 16));
  }

  /**
   * Sum of all lanes, by halves. The order of {@code reduceLanes} is not specified, and it does
   * differ between interpreted and compiled code, so scores would change as the JVM warms up.
   */
  public static float sum(FloatVector x) {
    FloatVector y = x;
    if (LANES >= 16) {
      y = y.add(y.rearrange(BY_8));
    }
    if (LANES >= 8) {
      y = y.add(y.rearrange(BY_4));
    }
    y = y.add(y.rearrange(BY_2));
    return y.add(y.rearrange(BY_1)).lane(0);
  }

  /** The greatest lane, NaN above all, by halves as {@link #sum}. */
  static float max(FloatVector x) {
    FloatVector y = x;
    if (LANES >= 16) {
      y = y.max(y.rearrange(BY_8));
    }
    if (LANES >= 8) {
      y = y.max(y.rearrange(BY_4));
    }
    y = y.max(y.rearrange(BY_2));
    return y.max(y.rearrange(BY_1)).lane(0);
  }
}

package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
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

  private static final VectorMask<Float> UPPER_1 = upper(1);
  private static final VectorMask<Float> UPPER_2 = upper(2);
  private static final VectorMask<Float> UPPER_4 = upper(4);
  private static final VectorMask<Float> UPPER_8 = upper(8);

  /** Lane of the second result of {@link #sums}. */
  static final int SECOND = LANES / 2;

  /** Lane of the third result. */
  static final int THIRD = LANES / 4;

  /** Lane of the fourth result. */
  static final int FOURTH = SECOND + THIRD;

  /** Bytes of a cache line. */
  static final int CACHE_LINE = 64;

  private VectorShapes() {}

  /**
   * Reads a word of every cache line, so that memory is read in its order and as fast as it comes;
   * returns what has to be kept for the reads not to be dropped.
   */
  static long fetch(MemorySegment segment, long offset, int bytes) {
    long seen = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      seen |= segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + i);
    }
    return seen;
  }

  /** The upper partners of a butterfly. */
  private static VectorMask<Float> upper(int distance) {
    boolean[] upper = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      upper[i] = (i & distance) != 0;
    }
    return VectorMask.fromArray(FLOATS, upper, 0);
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

  /**
   * The sums of four vectors, each as by {@link #sum}: in lanes 0, {@link #SECOND}, {@link #THIRD}
   * and {@link #FOURTH}. Half the additions of four single sums.
   */
  static FloatVector sums(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return LANES >= 16 ? sums16(a, b, c, d) : LANES >= 8 ? sums8(a, b, c, d) : sums4(a, b, c, d);
  }

  private static FloatVector sums16(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector ab = a.add(a.rearrange(BY_8)).blend(b.add(b.rearrange(BY_8)), UPPER_8);
    FloatVector cd = c.add(c.rearrange(BY_8)).blend(d.add(d.rearrange(BY_8)), UPPER_8);
    FloatVector all = ab.add(ab.rearrange(BY_4)).blend(cd.add(cd.rearrange(BY_4)), UPPER_4);
    all = all.add(all.rearrange(BY_2));
    return all.add(all.rearrange(BY_1));
  }

  private static FloatVector sums8(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector ab = a.add(a.rearrange(BY_4)).blend(b.add(b.rearrange(BY_4)), UPPER_4);
    FloatVector cd = c.add(c.rearrange(BY_4)).blend(d.add(d.rearrange(BY_4)), UPPER_4);
    FloatVector all = ab.add(ab.rearrange(BY_2)).blend(cd.add(cd.rearrange(BY_2)), UPPER_2);
    return all.add(all.rearrange(BY_1));
  }

  private static FloatVector sums4(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector ab = a.add(a.rearrange(BY_2)).blend(b.add(b.rearrange(BY_2)), UPPER_2);
    FloatVector cd = c.add(c.rearrange(BY_2)).blend(d.add(d.rearrange(BY_2)), UPPER_2);
    return ab.add(ab.rearrange(BY_1)).blend(cd.add(cd.rearrange(BY_1)), UPPER_1);
  }
}

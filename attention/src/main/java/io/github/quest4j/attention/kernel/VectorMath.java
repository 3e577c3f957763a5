package io.github.quest4j.attention.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this machine, its constants, and functions of whole vectors. */
final class VectorMath {

  // The folds below are written for 4, 8 and 16 lanes.
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() <= 16
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  static final int LANES = FLOATS.length();

  /** Halves read as floats by their shifted bits are too small by this factor. */
  static final float HALF_SCALE = 0x1p112f;

  /** The bits of a half in a float, once shifted there with copies of its sign. */
  static final int HALF_BITS = 0x8fffe000;

  private static final VectorShuffle<Float> SWAP1 = swap(1);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP4 = swap(4);
  private static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorMask<Float> ODD1 = odd(1);
  private static final VectorMask<Float> ODD2 = odd(2);
  private static final VectorMask<Float> ODD4 = odd(4);
  private static final VectorMask<Float> ODD8 = odd(8);

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float ROUND = 0x1.8p23f;
  private static final float EXP_FLOOR = -87.3f;

  private VectorMath() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ distance) < LANES ? i ^ distance : i);
  }

  private static VectorMask<Float> odd(int bit) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }

  /**
   * The exponential, to about one unit in the last place; 0 below exp(-87.3), exactly 1 at 0. For
   * arguments of at most 88.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(EXP_FLOOR);
    FloatVector shifted = clamped.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = clamped.add(n.mul(-LN2_HIGH)).add(n.mul(-LN2_LOW));
    // (exp(r) - 1 - r) / r^2, fitted for the least relative error of exp (3e-9) over +-ln(2)/2.
    FloatVector p =
        r.fma(
            FloatVector.broadcast(FLOATS, 0.00138144649f),
            FloatVector.broadcast(FLOATS, 0.00836878084f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.0416683927f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.166665196f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.49999994f));
    p = p.fma(r.mul(r), r.add(1f));
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector result = p.reinterpretAsInts().add(power).reinterpretAsFloats();
    return result.blend(0f, x.lt(EXP_FLOOR));
  }

  /**
   * Sums the lanes of each of LANES vectors: lane i of the result is the sum of vector i. A tree
   * that swaps halves, since adding up one vector at a time costs as much as the products did.
   *
   * @param partial {@code [LANES, LANES]} at {@code offset}
   */
  static void fold(float[] partial, int offset, float[] sums, int at) {
    for (int i = 0; i < LANES / 4; i++) {
      four(partial, offset + 4 * i * LANES, offset + i * LANES);
    }
    FloatVector a = FloatVector.fromArray(FLOATS, partial, offset);
    if (LANES >= 8) {
      FloatVector b = FloatVector.fromArray(FLOATS, partial, offset + LANES);
      a = fold(a, b, SWAP4, ODD4);
    }
    if (LANES == 16) {
      FloatVector c = FloatVector.fromArray(FLOATS, partial, offset + 2 * LANES);
      FloatVector d = FloatVector.fromArray(FLOATS, partial, offset + 3 * LANES);
      a = fold(a, fold(c, d, SWAP4, ODD4), SWAP8, ODD8);
    }
    a.intoArray(sums, at);
  }

  private static void four(float[] partial, int from, int to) {
    FloatVector a = FloatVector.fromArray(FLOATS, partial, from);
    FloatVector b = FloatVector.fromArray(FLOATS, partial, from + LANES);
    FloatVector c = FloatVector.fromArray(FLOATS, partial, from + 2 * LANES);
    FloatVector d = FloatVector.fromArray(FLOATS, partial, from + 3 * LANES);
    FloatVector sum = fold(fold(a, b, SWAP1, ODD1), fold(c, d, SWAP1, ODD1), SWAP2, ODD2);
    sum.intoArray(partial, to);
  }

  private static FloatVector fold(
      FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> odd) {
    return a.blend(b, odd).add(b.blend(a, odd).rearrange(swap));
  }

  /** The sum of the lanes by halving: an order that does not change when code is compiled. */
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (LANES > 8) {
      s = s.add(s.rearrange(SWAP8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(SWAP4));
    }
    s = s.add(s.rearrange(SWAP2));
    return s.add(s.rearrange(SWAP1)).lane(0);
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Sums within many vectors at once. */
final class VectorFold {

  private static final VectorMask<Float> ODD1 = odd(1);
  private static final VectorMask<Float> ODD2 = odd(2);
  private static final VectorMask<Float> ODD4 = odd(4);
  private static final VectorMask<Float> ODD8 = odd(8);

  private VectorFold() {}

  private static VectorMask<Float> odd(int bit) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }

  /**
   * Sums the lanes of LANES vectors of each head: lane i of a head's result is the sum of vector i.
   * A tree that swaps halves, since adding up one vector at a time costs more than the products.
   *
   * @param partial {@code [heads, LANES, LANES]}; overwritten
   * @param sums {@code [heads, stride]}, of which LANES are written from {@code at} on
   */
  static void fold(float[] partial, int heads, float[] sums, int at, int stride) {
    for (int i = 0; i < heads * LANES / 4; i++) {
      int from = 4 * i * LANES;
      FloatVector a = FloatVector.fromArray(FLOATS, partial, from);
      FloatVector b = FloatVector.fromArray(FLOATS, partial, from + LANES);
      FloatVector c = FloatVector.fromArray(FLOATS, partial, from + 2 * LANES);
      FloatVector d = FloatVector.fromArray(FLOATS, partial, from + 3 * LANES);
      FloatVector ab = fold(a, b, VectorShapes.BY_1, ODD1);
      FloatVector cd = fold(c, d, VectorShapes.BY_1, ODD1);
      fold(ab, cd, VectorShapes.BY_2, ODD2).intoArray(partial, i * LANES);
    }
    for (int h = 0; h < heads; h++) {
      int from = h * LANES / 4 * LANES;
      FloatVector a = FloatVector.fromArray(FLOATS, partial, from);
      if (LANES >= 8) {
        FloatVector b = FloatVector.fromArray(FLOATS, partial, from + LANES);
        a = fold(a, b, VectorShapes.BY_4, ODD4);
      }
      if (LANES == 16) {
        FloatVector c = FloatVector.fromArray(FLOATS, partial, from + 2 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, partial, from + 3 * LANES);
        a = fold(a, fold(c, d, VectorShapes.BY_4, ODD4), VectorShapes.BY_8, ODD8);
      }
      a.intoArray(sums, at + h * stride);
    }
  }

  private static FloatVector fold(
      FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> odd) {
    return a.blend(b, odd).add(b.blend(a, odd).rearrange(swap));
  }
}

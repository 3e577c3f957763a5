package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The stages of a Walsh-Hadamard transform. A stage of distance h makes {@code a + b, a - b} of
 * channels h apart: within a vector that is the partner plus or minus the lane itself.
 */
final class VectorHadamard {

  private static final FloatVector SIGN_1 = sign(1);
  private static final FloatVector SIGN_2 = sign(2);
  private static final FloatVector SIGN_4 = sign(4);
  private static final FloatVector SIGN_8 = sign(8);

  private VectorHadamard() {}

  private static FloatVector sign(int distance) {
    float[] signs = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      signs[i] = (i & distance) == 0 ? 1 : -1;
    }
    return FloatVector.fromArray(FLOATS, signs, 0);
  }

  /** The stages up to the vector's length. */
  static FloatVector withinVector(FloatVector x) {
    FloatVector y = x.fma(SIGN_1, x.rearrange(VectorShapes.BY_1));
    y = y.fma(SIGN_2, y.rearrange(VectorShapes.BY_2));
    if (LANES >= 8) {
      y = y.fma(SIGN_4, y.rearrange(VectorShapes.BY_4));
    }
    if (LANES >= 16) {
      y = y.fma(SIGN_8, y.rearrange(VectorShapes.BY_8));
    }
    return y;
  }

  /** The further stages of the blocks that whole vectors make up, {@code channels} in all. */
  static void acrossVectors(float[] x, int at, int channels) {
    int from = at;
    int end = at + channels;
    while (from < end) {
      int block = Integer.highestOneBit(end - from);
      for (int distance = LANES; distance < block; distance *= 2) {
        for (int i = from; i < from + block; i += 2 * distance) {
          for (int j = i; j < i + distance; j += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, x, j);
            FloatVector b = FloatVector.fromArray(FLOATS, x, j + distance);
            a.add(b).intoArray(x, j);
            a.sub(b).intoArray(x, j + distance);
          }
        }
      }
      from += block;
    }
  }

  /** All stages of the blocks that are shorter than a vector. */
  static void rest(float[] x, int at, int dim) {
    int from = at + dim / LANES * LANES;
    while (from < at + dim) {
      int block = Integer.highestOneBit(at + dim - from);
      Rotation.hadamard(x, from, block);
      from += block;
    }
  }
}

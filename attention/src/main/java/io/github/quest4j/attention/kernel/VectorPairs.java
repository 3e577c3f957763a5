package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorDots.BLOCK;
import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Scores from two numbers per channel, each with its own factor; see {@link VectorDots}. */
final class VectorPairs {

  private VectorPairs() {}

  static void half(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      int dim,
      float[] a,
      float[] b,
      int heads,
      float[] out,
      int at,
      int outStride) {
    int size = VectorDots.arranged(dim);
    if (heads == 1) {
      for (int i = 0; i < count; i++) {
        out[at + i] = one(digests, offset + i * stride, dim, size, a, b);
      }
      return;
    }
    for (int h = 0; h < heads; h += ScoreKernels.HEADS) {
      int q0 = h * size;
      int q1 = q0 + size;
      int q2 = q1 + size;
      int q3 = q2 + size;
      for (int i = 0; i < count; i++) {
        long low = offset + i * stride;
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int side = 0; side < 2; side++) {
          float[] q = side == 0 ? a : b;
          long row = low + 2L * side * dim;
          for (int c = 0; c < size; c += BLOCK) {
            IntVector pair = VectorDots.load(digests, row + 2L * c);
            FloatVector even = VectorShapes.lowHalves(pair);
            FloatVector odd = VectorShapes.highHalves(pair);
            s0 = even.fma(FloatVector.fromArray(FLOATS, q, q0 + c), s0);
            s1 = even.fma(FloatVector.fromArray(FLOATS, q, q1 + c), s1);
            s2 = even.fma(FloatVector.fromArray(FLOATS, q, q2 + c), s2);
            s3 = even.fma(FloatVector.fromArray(FLOATS, q, q3 + c), s3);
            s0 = odd.fma(FloatVector.fromArray(FLOATS, q, q0 + c + LANES), s0);
            s1 = odd.fma(FloatVector.fromArray(FLOATS, q, q1 + c + LANES), s1);
            s2 = odd.fma(FloatVector.fromArray(FLOATS, q, q2 + c + LANES), s2);
            s3 = odd.fma(FloatVector.fromArray(FLOATS, q, q3 + c + LANES), s3);
          }
        }
        int o = at + h * outStride + i;
        out[o] = VectorDots.RESULT_SCALE * VectorShapes.sum(s0);
        if (h + 1 < heads) {
          out[o + outStride] = VectorDots.RESULT_SCALE * VectorShapes.sum(s1);
        }
        if (h + 2 < heads) {
          out[o + 2 * outStride] = VectorDots.RESULT_SCALE * VectorShapes.sum(s2);
        }
        if (h + 3 < heads) {
          out[o + 3 * outStride] = VectorDots.RESULT_SCALE * VectorShapes.sum(s3);
        }
      }
    }
  }

  private static float one(
      MemorySegment digests, long low, int dim, int size, float[] a, float[] b) {
    long high = low + 2L * dim;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int c = 0; c < size; c += BLOCK) {
      IntVector lows = VectorDots.load(digests, low + 2L * c);
      IntVector highs = VectorDots.load(digests, high + 2L * c);
      s0 = VectorShapes.lowHalves(lows).fma(FloatVector.fromArray(FLOATS, a, c), s0);
      s1 = VectorShapes.highHalves(lows).fma(FloatVector.fromArray(FLOATS, a, c + LANES), s1);
      s2 = VectorShapes.lowHalves(highs).fma(FloatVector.fromArray(FLOATS, b, c), s2);
      s3 = VectorShapes.highHalves(highs).fma(FloatVector.fromArray(FLOATS, b, c + LANES), s3);
    }
    return VectorDots.RESULT_SCALE * VectorShapes.sum(s0.add(s1).add(s2.add(s3)));
  }

  static void single(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      int dim,
      float[] a,
      float[] b,
      int heads,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        long low = offset + i * stride;
        out[at + h * outStride + i] =
            VectorDots.dot(digests, low, dim, a, h * dim)
                + VectorDots.dot(digests, low + 4L * dim, dim, b, h * dim);
      }
    }
  }
}

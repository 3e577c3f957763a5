package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of rows and queries.
 *
 * <p>Halves are read two to a 32-bit lane and widened by shifts to floats that are 2^112 too small;
 * queries are arranged to match, per block of two vectors the even channels before the odd ones,
 * and made 2^100 times larger, which leaves 2^12 for the end and room for any query. Reading behind
 * a row's end is harmless: every bit pattern is finite, and the query is 0 there.
 */
final class VectorDots {

  static final float QUERY_SCALE = 0x1p100f;
  static final float RESULT_SCALE = 0x1p12f;
  static final int BLOCK = 2 * LANES; // channels

  private VectorDots() {}

  static int arranged(int dim) {
    return (dim + BLOCK - 1) / BLOCK * BLOCK;
  }

  static void arrange(float[] source, int offset, int dim, float[] target, int at) {
    Arrays.fill(target, at, at + arranged(dim), 0);
    for (int c = 0; c < dim; c++) {
      int block = c / BLOCK * BLOCK;
      int lane = (c - block) / 2 + (c & 1) * LANES;
      target[at + block + lane] = source[offset + c] * QUERY_SCALE;
    }
  }

  static IntVector load(MemorySegment segment, long offset) {
    return IntVector.fromMemorySegment(INTS, segment, offset, ByteOrder.LITTLE_ENDIAN);
  }

  static void half(
      MemorySegment rows,
      long offset,
      long stride,
      int count,
      int dim,
      float[] q,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride) {
    int size = arranged(dim);
    float unit = factor * RESULT_SCALE;
    if (heads == 1) {
      for (int i = 0; i < count; i++) {
        out[at + i] += unit * one(rows, offset + i * stride, size, q);
      }
      return;
    }
    float[] four = new float[LANES];
    for (int h = 0; h < heads; h += ScoreKernels.HEADS) {
      int results = Math.min(heads - h, ScoreKernels.HEADS);
      for (int i = 0; i < count; i++) {
        four(rows, offset + i * stride, size, q, h * size, four);
        int o = at + h * outStride + i;
        out[o] += unit * four[0];
        if (results > 1) {
          out[o + outStride] += unit * four[VectorShapes.SECOND];
        }
        if (results > 2) {
          out[o + 2 * outStride] += unit * four[VectorShapes.THIRD];
        }
        if (results > 3) {
          out[o + 3 * outStride] += unit * four[VectorShapes.FOURTH];
        }
      }
    }
  }

  // A method of its own: with its callers it is more than the compiler inlines, and vectors that
  // cross a call are boxed.
  private static void four(
      MemorySegment rows, long row, int size, float[] q, int q0, float[] results) {
    int q1 = q0 + size;
    int q2 = q1 + size;
    int q3 = q2 + size;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int c = 0; c < size; c += BLOCK) {
      IntVector pair = load(rows, row + 2L * c);
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
    VectorShapes.sums(s0, s1, s2, s3).intoArray(results, 0);
  }

  private static float one(MemorySegment rows, long row, int size, float[] q) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    for (int c = 0; c < size; c += BLOCK) {
      IntVector pair = load(rows, row + 2L * c);
      s0 = VectorShapes.lowHalves(pair).fma(FloatVector.fromArray(FLOATS, q, c), s0);
      s1 = VectorShapes.highHalves(pair).fma(FloatVector.fromArray(FLOATS, q, c + LANES), s1);
    }
    return VectorShapes.sum(s0.add(s1));
  }

  static void single(
      MemorySegment rows,
      long offset,
      long stride,
      int count,
      int dim,
      float[] q,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        out[at + h * outStride + i] += factor * dot(rows, offset + i * stride, dim, q, h * dim);
      }
    }
  }

  /** {@code row . q} of floats. */
  static float dot(MemorySegment rows, long row, int dim, float[] q, int at) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int c = 0;
    for (; c <= dim - LANES; c += LANES) {
      FloatVector k =
          FloatVector.fromMemorySegment(FLOATS, rows, row + 4L * c, ByteOrder.LITTLE_ENDIAN);
      sum = k.fma(FloatVector.fromArray(FLOATS, q, at + c), sum);
    }
    if (c < dim) {
      VectorMask<Float> rest = FLOATS.indexInRange(c, dim);
      FloatVector k =
          FloatVector.fromMemorySegment(FLOATS, rows, row + 4L * c, ByteOrder.LITTLE_ENDIAN, rest);
      sum = k.fma(FloatVector.fromArray(FLOATS, q, at + c, rest), sum);
    }
    return VectorShapes.sum(sum);
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * q.k and the weighted sum of values over single-precision pages, up to two query heads at a time.
 *
 * <p>Keys are met as in {@link VectorDotF16}. A chunk of values is one vector of channels; the last
 * one ends with the head, and where it overlaps the one before, both hold the same sums.
 */
final class VectorF32 {

  private VectorF32() {}

  static int chunks(int headDim) {
    return (headDim + LANES - 1) / LANES;
  }

  /** As {@link VectorDotF16#dots}, of plain queries times the scale. */
  static void dots(
      MemorySegment slab,
      long at,
      long step,
      int headDim,
      float[] q,
      int heads,
      float[] scores,
      int s0,
      int stride) {
    int h = 0;
    for (; h + 2 <= heads; h += 2) {
      dots2(slab, at, step, headDim, q, h * headDim, scores, s0 + h * stride, stride);
    }
    if (h < heads) {
      dots1(slab, at, step, headDim, q, h * headDim, scores, s0 + h * stride);
    }
  }

  /**
   * As {@link VectorWeighF16#weigh}, with plain weights and sums {@code [heads, chunks, LANES]}.
   */
  static void weigh(
      MemorySegment slab,
      long values,
      int headDim,
      int from,
      int to,
      float[] p,
      int stride,
      int heads,
      float[] acc) {
    int chunks = chunks(headDim);
    int width = chunks * LANES;
    long row = 4L * headDim;
    for (int c = 0; c < chunks; c++) {
      long at = values + 4L * Math.min(c * LANES, headDim - LANES);
      int h = 0;
      for (; h + 2 <= heads; h += 2) {
        int a0 = h * width + c * LANES;
        weigh2(slab, at, row, from, to, p, h * stride, stride, acc, a0, width);
      }
      if (h < heads) {
        weigh1(slab, at, row, from, to, p, h * stride, acc, h * width + c * LANES);
      }
    }
  }

  private static void dots1(
      MemorySegment slab,
      long at,
      long step,
      int headDim,
      float[] q,
      int q0,
      float[] scores,
      int s0) {
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector odd0 = even0;
    long from = at;
    for (int c = q0; c < q0 + headDim; c += 2) {
      FloatVector k = FloatVector.fromMemorySegment(FLOATS, slab, from, LITTLE_ENDIAN);
      even0 = k.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      k = FloatVector.fromMemorySegment(FLOATS, slab, from + step, LITTLE_ENDIAN);
      odd0 = k.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      from += 2 * step;
    }
    even0.add(odd0).intoArray(scores, s0);
  }

  private static void dots2(
      MemorySegment slab,
      long at,
      long step,
      int headDim,
      float[] q,
      int q0,
      float[] scores,
      int s0,
      int stride) {
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector odd0 = even0;
    FloatVector even1 = even0;
    FloatVector odd1 = even0;
    long from = at;
    for (int c = q0; c < q0 + headDim; c += 2) {
      FloatVector k = FloatVector.fromMemorySegment(FLOATS, slab, from, LITTLE_ENDIAN);
      even0 = k.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      even1 = k.fma(FloatVector.broadcast(FLOATS, q[c + headDim]), even1);
      k = FloatVector.fromMemorySegment(FLOATS, slab, from + step, LITTLE_ENDIAN);
      odd0 = k.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      odd1 = k.fma(FloatVector.broadcast(FLOATS, q[c + headDim + 1]), odd1);
      from += 2 * step;
    }
    even0.add(odd0).intoArray(scores, s0);
    even1.add(odd1).intoArray(scores, s0 + stride);
  }

  private static void weigh1(
      MemorySegment slab,
      long at,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      float[] acc,
      int a0) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, acc, a0);
    for (int t = from; t < to; t++) {
      FloatVector v = FloatVector.fromMemorySegment(FLOATS, slab, at + t * row, LITTLE_ENDIAN);
      sum0 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + t]), sum0);
    }
    sum0.intoArray(acc, a0);
  }

  private static void weigh2(
      MemorySegment slab,
      long at,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int width) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, acc, a0 + width);
    for (int t = from; t < to; t++) {
      FloatVector v = FloatVector.fromMemorySegment(FLOATS, slab, at + t * row, LITTLE_ENDIAN);
      sum0 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + t]), sum0);
      sum1 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + stride + t]), sum1);
    }
    sum0.intoArray(acc, a0);
    sum1.intoArray(acc, a0 + width);
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALF_BITS;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * q.k over half-precision keys: a vector of tokens against up to four query heads at a time, two
 * registers for each head, one for even channels and one for odd ones.
 *
 * <p>The lanes are tokens (see {@link KeyLayout}), so a load of one pair of channels meets two
 * numbers of each query, and no sum goes across lanes. A method for each number of heads: sums that
 * are kept in registers have to be named.
 */
final class VectorDotF16 {

  private VectorDotF16() {}

  /**
   * Scores of a vector of tokens.
   *
   * @param at where their first pair of channels begins in {@code slab}
   * @param step bytes from one pair of channels to the next
   * @param q queries {@code [heads, headDim]}, times the scale and 2^112
   * @param scores of head h written from {@code s0 + h * stride} on
   */
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
    for (; h + 4 <= heads; h += 4) {
      dots4(slab, at, step, headDim, q, h * headDim, scores, s0 + h * stride, stride);
    }
    int s = s0 + h * stride;
    switch (heads - h) {
      case 1 -> dots1(slab, at, step, headDim, q, h * headDim, scores, s);
      case 2 -> dots2(slab, at, step, headDim, q, h * headDim, scores, s, stride);
      case 3 -> dots3(slab, at, step, headDim, q, h * headDim, scores, s, stride);
      default -> {}
    }
  }

  /** One query head; two pairs of channels at a time, so that sums do not wait for each other. */
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
    FloatVector even1 = even0;
    FloatVector odd1 = even0;
    long from = at;
    for (int c = q0; c < q0 + headDim; c += 4) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      even0 = low.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      odd0 = high.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      v = IntVector.fromMemorySegment(INTS, slab, from + step, LITTLE_ENDIAN);
      low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      even1 = low.fma(FloatVector.broadcast(FLOATS, q[c + 2]), even1);
      odd1 = high.fma(FloatVector.broadcast(FLOATS, q[c + 3]), odd1);
      from += 2 * step;
    }
    even0.add(odd0).add(even1.add(odd1)).intoArray(scores, s0);
  }

  /** 2 query heads. */
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
      IntVector v = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      even0 = low.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      odd0 = high.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      even1 = low.fma(FloatVector.broadcast(FLOATS, q[c + headDim]), even1);
      odd1 = high.fma(FloatVector.broadcast(FLOATS, q[c + headDim + 1]), odd1);
      from += step;
    }
    even0.add(odd0).intoArray(scores, s0);
    even1.add(odd1).intoArray(scores, s0 + stride);
  }

  /** 3 query heads. */
  private static void dots3(
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
    FloatVector even2 = even0;
    FloatVector odd2 = even0;
    long from = at;
    for (int c = q0; c < q0 + headDim; c += 2) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      even0 = low.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      odd0 = high.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      even1 = low.fma(FloatVector.broadcast(FLOATS, q[c + headDim]), even1);
      odd1 = high.fma(FloatVector.broadcast(FLOATS, q[c + headDim + 1]), odd1);
      even2 = low.fma(FloatVector.broadcast(FLOATS, q[c + 2 * headDim]), even2);
      odd2 = high.fma(FloatVector.broadcast(FLOATS, q[c + 2 * headDim + 1]), odd2);
      from += step;
    }
    even0.add(odd0).intoArray(scores, s0);
    even1.add(odd1).intoArray(scores, s0 + stride);
    even2.add(odd2).intoArray(scores, s0 + 2 * stride);
  }

  /** 4 query heads. */
  private static void dots4(
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
    FloatVector even2 = even0;
    FloatVector odd2 = even0;
    FloatVector even3 = even0;
    FloatVector odd3 = even0;
    long from = at;
    for (int c = q0; c < q0 + headDim; c += 2) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      even0 = low.fma(FloatVector.broadcast(FLOATS, q[c]), even0);
      odd0 = high.fma(FloatVector.broadcast(FLOATS, q[c + 1]), odd0);
      even1 = low.fma(FloatVector.broadcast(FLOATS, q[c + headDim]), even1);
      odd1 = high.fma(FloatVector.broadcast(FLOATS, q[c + headDim + 1]), odd1);
      even2 = low.fma(FloatVector.broadcast(FLOATS, q[c + 2 * headDim]), even2);
      odd2 = high.fma(FloatVector.broadcast(FLOATS, q[c + 2 * headDim + 1]), odd2);
      even3 = low.fma(FloatVector.broadcast(FLOATS, q[c + 3 * headDim]), even3);
      odd3 = high.fma(FloatVector.broadcast(FLOATS, q[c + 3 * headDim + 1]), odd3);
      from += step;
    }
    even0.add(odd0).intoArray(scores, s0);
    even1.add(odd1).intoArray(scores, s0 + stride);
    even2.add(odd2).intoArray(scores, s0 + 2 * stride);
    even3.add(odd3).intoArray(scores, s0 + 3 * stride);
  }
}

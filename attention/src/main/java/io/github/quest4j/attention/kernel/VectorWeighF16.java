package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALF_BITS;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The weighted sum of a page's half-precision values, two chunks of 2 * LANES channels of up to
 * four query heads in registers. The last chunk ends with the head; where it overlaps the one
 * before, both hold the same sums. A method for each number of heads, as in {@link VectorDotF16}.
 */
final class VectorWeighF16 {

  private static final int CHUNK = 2 * LANES;
  // As many heads as the registers hold.
  private static final int HEADS = LANES == 16 ? 4 : 2;

  private VectorWeighF16() {}

  static int chunks(int headDim) {
    return (headDim + CHUNK - 1) / CHUNK;
  }

  /**
   * Adds the tokens {@code from .. to-1} of a page.
   *
   * @param values where the page's values {@code [pageSize, headDim]} begin in {@code slab}
   * @param p weights {@code [heads, stride]}, already times 2^112
   * @param acc sums {@code [heads, chunks, CHUNK]}, even channels of a chunk first
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
    int width = chunks * CHUNK;
    long row = 2L * headDim;
    for (int h = 0; h < heads; h += HEADS) {
      int p0 = h * stride;
      int c = 0;
      for (; c + 2 <= chunks; c += 2) {
        int a0 = h * width + c * CHUNK;
        long at = values + 2L * c * CHUNK;
        long next = 2L * (Math.min((c + 1) * CHUNK, headDim - CHUNK) - c * CHUNK);
        switch (Math.min(HEADS, heads - h)) {
          case 1 -> weigh1(slab, at, next, row, from, to, p, p0, acc, a0);
          case 2 -> weigh2(slab, at, next, row, from, to, p, p0, stride, acc, a0, width);
          case 3 -> weigh3(slab, at, next, row, from, to, p, p0, stride, acc, a0, width);
          default -> weigh4(slab, at, next, row, from, to, p, p0, stride, acc, a0, width);
        }
      }
      if (c < chunks) {
        long at = values + 2L * (headDim - CHUNK);
        for (int i = h; i < Math.min(heads, h + HEADS); i++) {
          last(slab, at, row, from, to, p, i * stride, acc, i * width + c * CHUNK);
        }
      }
    }
  }

  /** One chunk of one query head, where the number of chunks is odd. */
  private static void last(
      MemorySegment slab,
      long at,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      float[] acc,
      int a0) {
    FloatVector even = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    for (int t = from; t < to; t++) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, at + t * row, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector weight = FloatVector.broadcast(FLOATS, p[p0 + t]);
      even = low.fma(weight, even);
      odd = high.fma(weight, odd);
    }
    even.intoArray(acc, a0);
    odd.intoArray(acc, a0 + LANES);
  }

  /** One query head. */
  private static void weigh1(
      MemorySegment slab,
      long at,
      long next,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      float[] acc,
      int a0) {
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector evenNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * LANES);
    FloatVector oddNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * LANES);
    for (int t = from; t < to; t++) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, at + t * row, LITTLE_ENDIAN);
      IntVector w = IntVector.fromMemorySegment(INTS, slab, at + next + t * row, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector lowNext =
          w.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector highNext = w.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
      even0 = low.fma(weight0, even0);
      odd0 = high.fma(weight0, odd0);
      evenNext0 = lowNext.fma(weight0, evenNext0);
      oddNext0 = highNext.fma(weight0, oddNext0);
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    evenNext0.intoArray(acc, a0 + 2 * LANES);
    oddNext0.intoArray(acc, a0 + 3 * LANES);
  }

  /** 2 query heads. */
  private static void weigh2(
      MemorySegment slab,
      long at,
      long next,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int width) {
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector evenNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * LANES);
    FloatVector oddNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + width);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + width + LANES);
    FloatVector evenNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 2 * LANES);
    FloatVector oddNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 3 * LANES);
    for (int t = from; t < to; t++) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, at + t * row, LITTLE_ENDIAN);
      IntVector w = IntVector.fromMemorySegment(INTS, slab, at + next + t * row, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector lowNext =
          w.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector highNext = w.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
      even0 = low.fma(weight0, even0);
      odd0 = high.fma(weight0, odd0);
      evenNext0 = lowNext.fma(weight0, evenNext0);
      oddNext0 = highNext.fma(weight0, oddNext0);
      FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
      even1 = low.fma(weight1, even1);
      odd1 = high.fma(weight1, odd1);
      evenNext1 = lowNext.fma(weight1, evenNext1);
      oddNext1 = highNext.fma(weight1, oddNext1);
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    evenNext0.intoArray(acc, a0 + 2 * LANES);
    oddNext0.intoArray(acc, a0 + 3 * LANES);
    even1.intoArray(acc, a0 + width);
    odd1.intoArray(acc, a0 + width + LANES);
    evenNext1.intoArray(acc, a0 + width + 2 * LANES);
    oddNext1.intoArray(acc, a0 + width + 3 * LANES);
  }

  /** 3 query heads. */
  private static void weigh3(
      MemorySegment slab,
      long at,
      long next,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int width) {
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector evenNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * LANES);
    FloatVector oddNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + width);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + width + LANES);
    FloatVector evenNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 2 * LANES);
    FloatVector oddNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 3 * LANES);
    FloatVector even2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width);
    FloatVector odd2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + LANES);
    FloatVector evenNext2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + 2 * LANES);
    FloatVector oddNext2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + 3 * LANES);
    for (int t = from; t < to; t++) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, at + t * row, LITTLE_ENDIAN);
      IntVector w = IntVector.fromMemorySegment(INTS, slab, at + next + t * row, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector lowNext =
          w.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector highNext = w.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
      even0 = low.fma(weight0, even0);
      odd0 = high.fma(weight0, odd0);
      evenNext0 = lowNext.fma(weight0, evenNext0);
      oddNext0 = highNext.fma(weight0, oddNext0);
      FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
      even1 = low.fma(weight1, even1);
      odd1 = high.fma(weight1, odd1);
      evenNext1 = lowNext.fma(weight1, evenNext1);
      oddNext1 = highNext.fma(weight1, oddNext1);
      FloatVector weight2 = FloatVector.broadcast(FLOATS, p[p0 + 2 * stride + t]);
      even2 = low.fma(weight2, even2);
      odd2 = high.fma(weight2, odd2);
      evenNext2 = lowNext.fma(weight2, evenNext2);
      oddNext2 = highNext.fma(weight2, oddNext2);
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    evenNext0.intoArray(acc, a0 + 2 * LANES);
    oddNext0.intoArray(acc, a0 + 3 * LANES);
    even1.intoArray(acc, a0 + width);
    odd1.intoArray(acc, a0 + width + LANES);
    evenNext1.intoArray(acc, a0 + width + 2 * LANES);
    oddNext1.intoArray(acc, a0 + width + 3 * LANES);
    even2.intoArray(acc, a0 + 2 * width);
    odd2.intoArray(acc, a0 + 2 * width + LANES);
    evenNext2.intoArray(acc, a0 + 2 * width + 2 * LANES);
    oddNext2.intoArray(acc, a0 + 2 * width + 3 * LANES);
  }

  /** 4 query heads. */
  private static void weigh4(
      MemorySegment slab,
      long at,
      long next,
      long row,
      int from,
      int to,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int width) {
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector evenNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * LANES);
    FloatVector oddNext0 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + width);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + width + LANES);
    FloatVector evenNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 2 * LANES);
    FloatVector oddNext1 = FloatVector.fromArray(FLOATS, acc, a0 + width + 3 * LANES);
    FloatVector even2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width);
    FloatVector odd2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + LANES);
    FloatVector evenNext2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + 2 * LANES);
    FloatVector oddNext2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * width + 3 * LANES);
    FloatVector even3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * width);
    FloatVector odd3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * width + LANES);
    FloatVector evenNext3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * width + 2 * LANES);
    FloatVector oddNext3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * width + 3 * LANES);
    for (int t = from; t < to; t++) {
      IntVector v = IntVector.fromMemorySegment(INTS, slab, at + t * row, LITTLE_ENDIAN);
      IntVector w = IntVector.fromMemorySegment(INTS, slab, at + next + t * row, LITTLE_ENDIAN);
      FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector lowNext =
          w.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector highNext = w.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
      FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
      even0 = low.fma(weight0, even0);
      odd0 = high.fma(weight0, odd0);
      evenNext0 = lowNext.fma(weight0, evenNext0);
      oddNext0 = highNext.fma(weight0, oddNext0);
      FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
      even1 = low.fma(weight1, even1);
      odd1 = high.fma(weight1, odd1);
      evenNext1 = lowNext.fma(weight1, evenNext1);
      oddNext1 = highNext.fma(weight1, oddNext1);
      FloatVector weight2 = FloatVector.broadcast(FLOATS, p[p0 + 2 * stride + t]);
      even2 = low.fma(weight2, even2);
      odd2 = high.fma(weight2, odd2);
      evenNext2 = lowNext.fma(weight2, evenNext2);
      oddNext2 = highNext.fma(weight2, oddNext2);
      FloatVector weight3 = FloatVector.broadcast(FLOATS, p[p0 + 3 * stride + t]);
      even3 = low.fma(weight3, even3);
      odd3 = high.fma(weight3, odd3);
      evenNext3 = lowNext.fma(weight3, evenNext3);
      oddNext3 = highNext.fma(weight3, oddNext3);
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    evenNext0.intoArray(acc, a0 + 2 * LANES);
    oddNext0.intoArray(acc, a0 + 3 * LANES);
    even1.intoArray(acc, a0 + width);
    odd1.intoArray(acc, a0 + width + LANES);
    evenNext1.intoArray(acc, a0 + width + 2 * LANES);
    oddNext1.intoArray(acc, a0 + width + 3 * LANES);
    even2.intoArray(acc, a0 + 2 * width);
    odd2.intoArray(acc, a0 + 2 * width + LANES);
    evenNext2.intoArray(acc, a0 + 2 * width + 2 * LANES);
    oddNext2.intoArray(acc, a0 + 2 * width + 3 * LANES);
    even3.intoArray(acc, a0 + 3 * width);
    odd3.intoArray(acc, a0 + 3 * width + LANES);
    evenNext3.intoArray(acc, a0 + 3 * width + 2 * LANES);
    oddNext3.intoArray(acc, a0 + 3 * width + 3 * LANES);
  }
}

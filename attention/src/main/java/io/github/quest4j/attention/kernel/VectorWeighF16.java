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
 * The weighted sum of half-precision values, one chunk of 2 * LANES channels of up to four query
 * heads in registers. Chunks are laid out as in {@link VectorDotF16}; where the last one overlaps,
 * both hold the same sums.
 */
final class VectorWeighF16 {

  private static final int CHUNK = 2 * LANES;
  // A stretch of values stays in the first-level cache while its chunks are read one by one.
  private static final int STRETCH_BYTES = 8192;

  private VectorWeighF16() {}

  /**
   * Adds the tokens {@code run.from .. run.to-1}.
   *
   * @param p weights {@code [heads, stride]}, already times 2^112
   * @param acc sums {@code [heads, chunks, CHUNK]}, even channels of a chunk first
   */
  static void weigh(PageRun run, float[] p, int stride, int heads, float[] acc) {
    int headDim = run.headDim;
    int chunks = VectorDotF16.chunks(headDim);
    int accStride = chunks * CHUNK;
    int most = LANES == 16 ? 4 : 3;
    int stretch = Math.max(16, Integer.highestOneBit(STRETCH_BYTES / (2 * headDim)));
    for (int t = run.from; t < run.to; ) {
      int end = Math.min(run.to, (t / stretch + 1) * stretch);
      for (int h = 0; h < heads; ) {
        int block = Math.min(most, heads - h);
        for (int c = 0; c < chunks; c++) {
          int channel = Math.min(c * CHUNK, headDim - CHUNK);
          int a0 = h * accStride + c * CHUNK;
          int p0 = h * stride;
          switch (block) {
            case 1 -> weigh1(run, t, end, channel, p, p0, acc, a0);
            case 2 -> weigh2(run, t, end, channel, p, p0, stride, acc, a0, accStride);
            case 3 -> weigh3(run, t, end, channel, p, p0, stride, acc, a0, accStride);
            default -> weigh4(run, t, end, channel, p, p0, stride, acc, a0, accStride);
          }
        }
        h += block;
      }
      t = end;
    }
  }

  /** One query head. */
  private static void weigh1(
      PageRun run, int from, int to, int channel, float[] p, int p0, float[] acc, int a0) {
    long row = 2L * run.headDim;
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    for (int t = from; t < to; ) {
      int page = t >> run.shift;
      int end = Math.min(to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 2L * channel;
      for (; t < end; t++, at += row) {
        IntVector v = IntVector.fromMemorySegment(INTS, slab, at, LITTLE_ENDIAN);
        FloatVector low =
            v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
        even0 = low.fma(weight0, even0);
        odd0 = high.fma(weight0, odd0);
      }
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
  }

  /** 2 query heads. */
  private static void weigh2(
      PageRun run,
      int from,
      int to,
      int channel,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int accStride) {
    long row = 2L * run.headDim;
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride + LANES);
    for (int t = from; t < to; ) {
      int page = t >> run.shift;
      int end = Math.min(to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 2L * channel;
      for (; t < end; t++, at += row) {
        IntVector v = IntVector.fromMemorySegment(INTS, slab, at, LITTLE_ENDIAN);
        FloatVector low =
            v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
        even0 = low.fma(weight0, even0);
        odd0 = high.fma(weight0, odd0);
        FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
        even1 = low.fma(weight1, even1);
        odd1 = high.fma(weight1, odd1);
      }
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    even1.intoArray(acc, a0 + accStride);
    odd1.intoArray(acc, a0 + accStride + LANES);
  }

  /** 3 query heads. */
  private static void weigh3(
      PageRun run,
      int from,
      int to,
      int channel,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int accStride) {
    long row = 2L * run.headDim;
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride + LANES);
    FloatVector even2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * accStride);
    FloatVector odd2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * accStride + LANES);
    for (int t = from; t < to; ) {
      int page = t >> run.shift;
      int end = Math.min(to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 2L * channel;
      for (; t < end; t++, at += row) {
        IntVector v = IntVector.fromMemorySegment(INTS, slab, at, LITTLE_ENDIAN);
        FloatVector low =
            v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
        even0 = low.fma(weight0, even0);
        odd0 = high.fma(weight0, odd0);
        FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
        even1 = low.fma(weight1, even1);
        odd1 = high.fma(weight1, odd1);
        FloatVector weight2 = FloatVector.broadcast(FLOATS, p[p0 + 2 * stride + t]);
        even2 = low.fma(weight2, even2);
        odd2 = high.fma(weight2, odd2);
      }
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    even1.intoArray(acc, a0 + accStride);
    odd1.intoArray(acc, a0 + accStride + LANES);
    even2.intoArray(acc, a0 + 2 * accStride);
    odd2.intoArray(acc, a0 + 2 * accStride + LANES);
  }

  /** 4 query heads. */
  private static void weigh4(
      PageRun run,
      int from,
      int to,
      int channel,
      float[] p,
      int p0,
      int stride,
      float[] acc,
      int a0,
      int accStride) {
    long row = 2L * run.headDim;
    FloatVector even0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector odd0 = FloatVector.fromArray(FLOATS, acc, a0 + LANES);
    FloatVector even1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride);
    FloatVector odd1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride + LANES);
    FloatVector even2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * accStride);
    FloatVector odd2 = FloatVector.fromArray(FLOATS, acc, a0 + 2 * accStride + LANES);
    FloatVector even3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * accStride);
    FloatVector odd3 = FloatVector.fromArray(FLOATS, acc, a0 + 3 * accStride + LANES);
    for (int t = from; t < to; ) {
      int page = t >> run.shift;
      int end = Math.min(to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 2L * channel;
      for (; t < end; t++, at += row) {
        IntVector v = IntVector.fromMemorySegment(INTS, slab, at, LITTLE_ENDIAN);
        FloatVector low =
            v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector high = v.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
        FloatVector weight0 = FloatVector.broadcast(FLOATS, p[p0 + t]);
        even0 = low.fma(weight0, even0);
        odd0 = high.fma(weight0, odd0);
        FloatVector weight1 = FloatVector.broadcast(FLOATS, p[p0 + stride + t]);
        even1 = low.fma(weight1, even1);
        odd1 = high.fma(weight1, odd1);
        FloatVector weight2 = FloatVector.broadcast(FLOATS, p[p0 + 2 * stride + t]);
        even2 = low.fma(weight2, even2);
        odd2 = high.fma(weight2, odd2);
        FloatVector weight3 = FloatVector.broadcast(FLOATS, p[p0 + 3 * stride + t]);
        even3 = low.fma(weight3, even3);
        odd3 = high.fma(weight3, odd3);
      }
    }
    even0.intoArray(acc, a0);
    odd0.intoArray(acc, a0 + LANES);
    even1.intoArray(acc, a0 + accStride);
    odd1.intoArray(acc, a0 + accStride + LANES);
    even2.intoArray(acc, a0 + 2 * accStride);
    odd2.intoArray(acc, a0 + 2 * accStride + LANES);
    even3.intoArray(acc, a0 + 3 * accStride);
    odd3.intoArray(acc, a0 + 3 * accStride + LANES);
  }
}

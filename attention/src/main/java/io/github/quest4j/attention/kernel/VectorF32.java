package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorFold.fold;
import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * q.k and the weighted sum of values over single-precision pages, up to two query heads at a time.
 *
 * <p>A chunk is one vector of channels; the last one ends with the head and its prepared query is
 * zero where it overlaps the one before.
 */
final class VectorF32 {

  private VectorF32() {}

  static int chunks(int headDim) {
    return (headDim + LANES - 1) / LANES;
  }

  /** As {@link VectorDotF16#dots}, with prepared queries {@code [heads, chunks, LANES]}. */
  static void dots(
      PageRun run, float[] q, int heads, float[] folds, float[] scores, int offset, int stride) {
    int qStride = chunks(run.headDim) * LANES;
    int h = 0;
    for (; h + 2 <= heads; h += 2) {
      dots2(run, q, h * qStride, folds, scores, offset + h * stride, stride);
    }
    if (h < heads) {
      dots1(run, q, h * qStride, folds, scores, offset + h * stride, stride);
    }
  }

  /**
   * As {@link VectorWeighF16#weigh}, with plain weights and sums {@code [heads, chunks, LANES]}.
   */
  static void weigh(PageRun run, float[] p, int stride, int heads, float[] acc) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    int accStride = chunks * LANES;
    for (int c = 0; c < chunks; c++) {
      int channel = Math.min(c * LANES, headDim - LANES);
      int h = 0;
      for (; h + 2 <= heads; h += 2) {
        int a0 = h * accStride + c * LANES;
        weigh2(run, channel, p, h * stride, stride, acc, a0, accStride);
      }
      if (h < heads) {
        int a0 = h * accStride + c * LANES;
        weigh1(run, channel, p, h * stride, acc, a0);
      }
    }
  }

  private static void dots1(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    long row = 4L * headDim;
    int lastFour = run.tokens() - 4;
    for (int t = run.from & -LANES; t < run.to; t += LANES) {
      for (int j = 0; j < LANES; j += 4) {
        int token = Math.min(t + j, lastFour);
        int page = token >> run.shift;
        MemorySegment slab = run.slabs[page];
        long at = run.keys[page] + (token & (run.pageSize - 1)) * row;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s03 = FloatVector.zero(FLOATS);
        for (int c = 0; c < chunks; c++) {
          long from = at + 4L * Math.min(c * LANES, headDim - LANES);
          int qc = q0 + c * LANES;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, slab, from, LITTLE_ENDIAN);
          s00 = k0.fma(a0, s00);
          FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, slab, from + row, LITTLE_ENDIAN);
          s01 = k1.fma(a0, s01);
          FloatVector k2 =
              FloatVector.fromMemorySegment(FLOATS, slab, from + 2 * row, LITTLE_ENDIAN);
          s02 = k2.fma(a0, s02);
          FloatVector k3 =
              FloatVector.fromMemorySegment(FLOATS, slab, from + 3 * row, LITTLE_ENDIAN);
          s03 = k3.fma(a0, s03);
        }
        s00.intoArray(folds, j * LANES);
        s01.intoArray(folds, j * LANES + LANES);
        s02.intoArray(folds, j * LANES + 2 * LANES);
        s03.intoArray(folds, j * LANES + 3 * LANES);
      }
      fold(folds, 1, scores, s0 + t, stride);
    }
  }

  private static void weigh1(PageRun run, int channel, float[] p, int p0, float[] acc, int a0) {
    long row = 4L * run.headDim;
    FloatVector sum0 = FloatVector.fromArray(FLOATS, acc, a0);
    for (int t = run.from; t < run.to; ) {
      int page = t >> run.shift;
      int end = Math.min(run.to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 4L * channel;
      for (; t < end; t++, at += row) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, slab, at, LITTLE_ENDIAN);
        sum0 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + t]), sum0);
      }
    }
    sum0.intoArray(acc, a0);
  }

  private static void dots2(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    long row = 4L * headDim;
    int lastFour = run.tokens() - 4;
    for (int t = run.from & -LANES; t < run.to; t += LANES) {
      for (int j = 0; j < LANES; j += 4) {
        int token = Math.min(t + j, lastFour);
        int page = token >> run.shift;
        MemorySegment slab = run.slabs[page];
        long at = run.keys[page] + (token & (run.pageSize - 1)) * row;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s03 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s13 = FloatVector.zero(FLOATS);
        for (int c = 0; c < chunks; c++) {
          long from = at + 4L * Math.min(c * LANES, headDim - LANES);
          int qc = q0 + c * LANES;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector a1 = FloatVector.fromArray(FLOATS, q, qc + chunks * LANES);
          FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, slab, from, LITTLE_ENDIAN);
          s00 = k0.fma(a0, s00);
          s10 = k0.fma(a1, s10);
          FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, slab, from + row, LITTLE_ENDIAN);
          s01 = k1.fma(a0, s01);
          s11 = k1.fma(a1, s11);
          FloatVector k2 =
              FloatVector.fromMemorySegment(FLOATS, slab, from + 2 * row, LITTLE_ENDIAN);
          s02 = k2.fma(a0, s02);
          s12 = k2.fma(a1, s12);
          FloatVector k3 =
              FloatVector.fromMemorySegment(FLOATS, slab, from + 3 * row, LITTLE_ENDIAN);
          s03 = k3.fma(a0, s03);
          s13 = k3.fma(a1, s13);
        }
        s00.intoArray(folds, j * LANES);
        s01.intoArray(folds, j * LANES + LANES);
        s02.intoArray(folds, j * LANES + 2 * LANES);
        s03.intoArray(folds, j * LANES + 3 * LANES);
        s10.intoArray(folds, j * LANES + 1 * LANES * LANES);
        s11.intoArray(folds, j * LANES + 1 * LANES * LANES + LANES);
        s12.intoArray(folds, j * LANES + 1 * LANES * LANES + 2 * LANES);
        s13.intoArray(folds, j * LANES + 1 * LANES * LANES + 3 * LANES);
      }
      fold(folds, 2, scores, s0 + t, stride);
    }
  }

  private static void weigh2(
      PageRun run, int channel, float[] p, int p0, int stride, float[] acc, int a0, int accStride) {
    long row = 4L * run.headDim;
    FloatVector sum0 = FloatVector.fromArray(FLOATS, acc, a0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, acc, a0 + accStride);
    for (int t = run.from; t < run.to; ) {
      int page = t >> run.shift;
      int end = Math.min(run.to, (page + 1) << run.shift);
      MemorySegment slab = run.slabs[page];
      long at = run.values[page] + (t & (run.pageSize - 1)) * row + 4L * channel;
      for (; t < end; t++, at += row) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, slab, at, LITTLE_ENDIAN);
        sum0 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + t]), sum0);
        sum1 = v.fma(FloatVector.broadcast(FLOATS, p[p0 + stride + t]), sum1);
      }
    }
    sum0.intoArray(acc, a0);
    sum1.intoArray(acc, a0 + accStride);
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorFold.fold;
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
 * q.k over half-precision keys: four tokens against up to four query heads at a time, a register
 * for each pair.
 *
 * <p>An int holds two halves, so a chunk of 2 * LANES channels is one load; its even channels meet
 * the first LANES floats of the prepared query's chunk, the odd ones the last. The last chunk ends
 * with the head: where it overlaps the one before, the prepared query is zero.
 */
final class VectorDotF16 {

  private static final int CHUNK = 2 * LANES;

  private VectorDotF16() {}

  static int chunks(int headDim) {
    return (headDim + CHUNK - 1) / CHUNK;
  }

  /**
   * Scores of the tokens from {@code run.from} to {@code run.to}, rounded out to vectors.
   *
   * @param q prepared queries {@code [heads, chunks, CHUNK]}
   * @param scores {@code [heads, stride]}
   */
  static void dots(
      PageRun run, float[] q, int heads, float[] folds, float[] scores, int offset, int stride) {
    int qStride = chunks(run.headDim) * CHUNK;
    int most = LANES == 16 ? 4 : 2; // as many as the registers hold
    for (int h = 0; h < heads; ) {
      int block = Math.min(most, heads - h);
      int q0 = h * qStride;
      int s0 = offset + h * stride;
      switch (block) {
        case 1 -> dots1(run, q, q0, folds, scores, s0, stride);
        case 2 -> dots2(run, q, q0, folds, scores, s0, stride);
        case 3 -> dots3(run, q, q0, folds, scores, s0, stride);
        default -> dots4(run, q, q0, folds, scores, s0, stride);
      }
      h += block;
    }
  }

  /** One query head. */
  private static void dots1(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    long row = 2L * headDim;
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
          long from = at + 2L * Math.min(c * CHUNK, headDim - CHUNK);
          int qc = q0 + c * CHUNK;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector b0 = FloatVector.fromArray(FLOATS, q, qc + LANES);
          IntVector v0 = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
          FloatVector k0 =
              v0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(a0, s00);
          k0 = v0.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(b0, s00);
          IntVector v1 = IntVector.fromMemorySegment(INTS, slab, from + row, LITTLE_ENDIAN);
          FloatVector k1 =
              v1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(a0, s01);
          k1 = v1.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(b0, s01);
          IntVector v2 = IntVector.fromMemorySegment(INTS, slab, from + 2 * row, LITTLE_ENDIAN);
          FloatVector k2 =
              v2.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(a0, s02);
          k2 = v2.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(b0, s02);
          IntVector v3 = IntVector.fromMemorySegment(INTS, slab, from + 3 * row, LITTLE_ENDIAN);
          FloatVector k3 =
              v3.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(a0, s03);
          k3 = v3.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(b0, s03);
        }
        s00.intoArray(folds, j * LANES);
        s01.intoArray(folds, j * LANES + LANES);
        s02.intoArray(folds, j * LANES + 2 * LANES);
        s03.intoArray(folds, j * LANES + 3 * LANES);
      }
      fold(folds, 1, scores, s0 + t, stride);
    }
  }

  /** 2 query heads. */
  private static void dots2(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    int qStride = chunks * CHUNK;
    long row = 2L * headDim;
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
          long from = at + 2L * Math.min(c * CHUNK, headDim - CHUNK);
          int qc = q0 + c * CHUNK;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector b0 = FloatVector.fromArray(FLOATS, q, qc + LANES);
          FloatVector a1 = FloatVector.fromArray(FLOATS, q, qc + qStride);
          FloatVector b1 = FloatVector.fromArray(FLOATS, q, qc + qStride + LANES);
          IntVector v0 = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
          FloatVector k0 =
              v0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(a0, s00);
          s10 = k0.fma(a1, s10);
          k0 = v0.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(b0, s00);
          s10 = k0.fma(b1, s10);
          IntVector v1 = IntVector.fromMemorySegment(INTS, slab, from + row, LITTLE_ENDIAN);
          FloatVector k1 =
              v1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(a0, s01);
          s11 = k1.fma(a1, s11);
          k1 = v1.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(b0, s01);
          s11 = k1.fma(b1, s11);
          IntVector v2 = IntVector.fromMemorySegment(INTS, slab, from + 2 * row, LITTLE_ENDIAN);
          FloatVector k2 =
              v2.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(a0, s02);
          s12 = k2.fma(a1, s12);
          k2 = v2.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(b0, s02);
          s12 = k2.fma(b1, s12);
          IntVector v3 = IntVector.fromMemorySegment(INTS, slab, from + 3 * row, LITTLE_ENDIAN);
          FloatVector k3 =
              v3.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(a0, s03);
          s13 = k3.fma(a1, s13);
          k3 = v3.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(b0, s03);
          s13 = k3.fma(b1, s13);
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

  /** 3 query heads. */
  private static void dots3(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    int qStride = chunks * CHUNK;
    long row = 2L * headDim;
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
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s23 = FloatVector.zero(FLOATS);
        for (int c = 0; c < chunks; c++) {
          long from = at + 2L * Math.min(c * CHUNK, headDim - CHUNK);
          int qc = q0 + c * CHUNK;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector b0 = FloatVector.fromArray(FLOATS, q, qc + LANES);
          FloatVector a1 = FloatVector.fromArray(FLOATS, q, qc + qStride);
          FloatVector b1 = FloatVector.fromArray(FLOATS, q, qc + qStride + LANES);
          FloatVector a2 = FloatVector.fromArray(FLOATS, q, qc + 2 * qStride);
          FloatVector b2 = FloatVector.fromArray(FLOATS, q, qc + 2 * qStride + LANES);
          IntVector v0 = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
          FloatVector k0 =
              v0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(a0, s00);
          s10 = k0.fma(a1, s10);
          s20 = k0.fma(a2, s20);
          k0 = v0.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(b0, s00);
          s10 = k0.fma(b1, s10);
          s20 = k0.fma(b2, s20);
          IntVector v1 = IntVector.fromMemorySegment(INTS, slab, from + row, LITTLE_ENDIAN);
          FloatVector k1 =
              v1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(a0, s01);
          s11 = k1.fma(a1, s11);
          s21 = k1.fma(a2, s21);
          k1 = v1.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(b0, s01);
          s11 = k1.fma(b1, s11);
          s21 = k1.fma(b2, s21);
          IntVector v2 = IntVector.fromMemorySegment(INTS, slab, from + 2 * row, LITTLE_ENDIAN);
          FloatVector k2 =
              v2.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(a0, s02);
          s12 = k2.fma(a1, s12);
          s22 = k2.fma(a2, s22);
          k2 = v2.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(b0, s02);
          s12 = k2.fma(b1, s12);
          s22 = k2.fma(b2, s22);
          IntVector v3 = IntVector.fromMemorySegment(INTS, slab, from + 3 * row, LITTLE_ENDIAN);
          FloatVector k3 =
              v3.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(a0, s03);
          s13 = k3.fma(a1, s13);
          s23 = k3.fma(a2, s23);
          k3 = v3.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(b0, s03);
          s13 = k3.fma(b1, s13);
          s23 = k3.fma(b2, s23);
        }
        s00.intoArray(folds, j * LANES);
        s01.intoArray(folds, j * LANES + LANES);
        s02.intoArray(folds, j * LANES + 2 * LANES);
        s03.intoArray(folds, j * LANES + 3 * LANES);
        s10.intoArray(folds, j * LANES + 1 * LANES * LANES);
        s11.intoArray(folds, j * LANES + 1 * LANES * LANES + LANES);
        s12.intoArray(folds, j * LANES + 1 * LANES * LANES + 2 * LANES);
        s13.intoArray(folds, j * LANES + 1 * LANES * LANES + 3 * LANES);
        s20.intoArray(folds, j * LANES + 2 * LANES * LANES);
        s21.intoArray(folds, j * LANES + 2 * LANES * LANES + LANES);
        s22.intoArray(folds, j * LANES + 2 * LANES * LANES + 2 * LANES);
        s23.intoArray(folds, j * LANES + 2 * LANES * LANES + 3 * LANES);
      }
      fold(folds, 3, scores, s0 + t, stride);
    }
  }

  /** 4 query heads. */
  private static void dots4(
      PageRun run, float[] q, int q0, float[] folds, float[] scores, int s0, int stride) {
    int headDim = run.headDim;
    int chunks = chunks(headDim);
    int qStride = chunks * CHUNK;
    long row = 2L * headDim;
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
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s23 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        FloatVector s32 = FloatVector.zero(FLOATS);
        FloatVector s33 = FloatVector.zero(FLOATS);
        for (int c = 0; c < chunks; c++) {
          long from = at + 2L * Math.min(c * CHUNK, headDim - CHUNK);
          int qc = q0 + c * CHUNK;
          FloatVector a0 = FloatVector.fromArray(FLOATS, q, qc);
          FloatVector b0 = FloatVector.fromArray(FLOATS, q, qc + LANES);
          FloatVector a1 = FloatVector.fromArray(FLOATS, q, qc + qStride);
          FloatVector b1 = FloatVector.fromArray(FLOATS, q, qc + qStride + LANES);
          FloatVector a2 = FloatVector.fromArray(FLOATS, q, qc + 2 * qStride);
          FloatVector b2 = FloatVector.fromArray(FLOATS, q, qc + 2 * qStride + LANES);
          FloatVector a3 = FloatVector.fromArray(FLOATS, q, qc + 3 * qStride);
          FloatVector b3 = FloatVector.fromArray(FLOATS, q, qc + 3 * qStride + LANES);
          IntVector v0 = IntVector.fromMemorySegment(INTS, slab, from, LITTLE_ENDIAN);
          FloatVector k0 =
              v0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(a0, s00);
          s10 = k0.fma(a1, s10);
          s20 = k0.fma(a2, s20);
          s30 = k0.fma(a3, s30);
          k0 = v0.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s00 = k0.fma(b0, s00);
          s10 = k0.fma(b1, s10);
          s20 = k0.fma(b2, s20);
          s30 = k0.fma(b3, s30);
          IntVector v1 = IntVector.fromMemorySegment(INTS, slab, from + row, LITTLE_ENDIAN);
          FloatVector k1 =
              v1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(a0, s01);
          s11 = k1.fma(a1, s11);
          s21 = k1.fma(a2, s21);
          s31 = k1.fma(a3, s31);
          k1 = v1.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s01 = k1.fma(b0, s01);
          s11 = k1.fma(b1, s11);
          s21 = k1.fma(b2, s21);
          s31 = k1.fma(b3, s31);
          IntVector v2 = IntVector.fromMemorySegment(INTS, slab, from + 2 * row, LITTLE_ENDIAN);
          FloatVector k2 =
              v2.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(a0, s02);
          s12 = k2.fma(a1, s12);
          s22 = k2.fma(a2, s22);
          s32 = k2.fma(a3, s32);
          k2 = v2.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s02 = k2.fma(b0, s02);
          s12 = k2.fma(b1, s12);
          s22 = k2.fma(b2, s22);
          s32 = k2.fma(b3, s32);
          IntVector v3 = IntVector.fromMemorySegment(INTS, slab, from + 3 * row, LITTLE_ENDIAN);
          FloatVector k3 =
              v3.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(a0, s03);
          s13 = k3.fma(a1, s13);
          s23 = k3.fma(a2, s23);
          s33 = k3.fma(a3, s33);
          k3 = v3.lanewise(ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
          s03 = k3.fma(b0, s03);
          s13 = k3.fma(b1, s13);
          s23 = k3.fma(b2, s23);
          s33 = k3.fma(b3, s33);
        }
        s00.intoArray(folds, j * LANES);
        s01.intoArray(folds, j * LANES + LANES);
        s02.intoArray(folds, j * LANES + 2 * LANES);
        s03.intoArray(folds, j * LANES + 3 * LANES);
        s10.intoArray(folds, j * LANES + 1 * LANES * LANES);
        s11.intoArray(folds, j * LANES + 1 * LANES * LANES + LANES);
        s12.intoArray(folds, j * LANES + 1 * LANES * LANES + 2 * LANES);
        s13.intoArray(folds, j * LANES + 1 * LANES * LANES + 3 * LANES);
        s20.intoArray(folds, j * LANES + 2 * LANES * LANES);
        s21.intoArray(folds, j * LANES + 2 * LANES * LANES + LANES);
        s22.intoArray(folds, j * LANES + 2 * LANES * LANES + 2 * LANES);
        s23.intoArray(folds, j * LANES + 2 * LANES * LANES + 3 * LANES);
        s30.intoArray(folds, j * LANES + 3 * LANES * LANES);
        s31.intoArray(folds, j * LANES + 3 * LANES * LANES + LANES);
        s32.intoArray(folds, j * LANES + 3 * LANES * LANES + 2 * LANES);
        s33.intoArray(folds, j * LANES + 3 * LANES * LANES + 3 * LANES);
      }
      fold(folds, 4, scores, s0 + t, stride);
    }
  }
}

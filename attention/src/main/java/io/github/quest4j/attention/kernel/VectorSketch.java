package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sketch's log masses in three loops over a few pages at a time: table sums, exponentials, sums
 * of these. They hand over through small arrays, since a single loop is more than the compiler
 * inlines.
 */
final class VectorSketch {

  /** Tokens worked on at a time. */
  private static final int TOKENS = 1024;

  private final short[] sums = new short[TOKENS / SketchLayout.TOKENS * VectorLookups.BLOCK_SUMS];
  private final float[] exponentials = new float[TOKENS];
  private final float[] four = new float[LANES];

  /** One head; {@code out[at + i]} becomes the log mass of digest i, and so {@code unbiased}. */
  void logMasses(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      SketchLayout layout,
      SketchTables tables,
      int head,
      float factor,
      float[] out,
      int at,
      float[] unbiased) {
    int chunk = TOKENS / (layout.blocks() * SketchLayout.TOKENS);
    for (int from = 0; from < count; from += chunk) {
      int pages = Math.min(chunk, count - from);
      long first = offset + from * stride;
      VectorLookups.sums(digests, first, stride, pages, layout, tables, head, sums);
      int scales = layout.scalesOffset();
      sumsOfExp(
          digests, first, stride, pages, layout, scales, tables, head, factor, out, at + from);
      if (unbiased.length != 0) {
        scales = layout.unbiasedOffset();
        sumsOfExp(
            digests, first, stride, pages, layout, scales, tables, head, factor, unbiased,
            at + from);
      }
    }
    int scales = layout.scalesOffset();
    finish(digests, offset, stride, count, layout, scales, tables, head, factor, out, at);
    if (unbiased.length != 0) {
      scales = layout.unbiasedOffset();
      finish(digests, offset, stride, count, layout, scales, tables, head, factor, unbiased, at);
    }
  }

  private void sumsOfExp(
      MemorySegment digests,
      long offset,
      long stride,
      int pages,
      SketchLayout layout,
      int scales,
      SketchTables tables,
      int head,
      float factor,
      float[] out,
      int at) {
    int padded = layout.blocks() * SketchLayout.TOKENS;
    float unit = tables.steps[head] * factor;
    exponentials(digests, offset + scales, stride, pages, padded, tables.bias(), unit);
    if (layout.pageSize() < padded) {
      for (int i = 0; i < pages; i++) {
        Arrays.fill(exponentials, i * padded + layout.pageSize(), (i + 1) * padded, 0);
      }
    }
    total(pages, padded, out, at);
  }

  private static void finish(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      SketchLayout layout,
      int scales,
      SketchTables tables,
      int head,
      float factor,
      float[] out,
      int at) {
    VectorMath.log(out, at, count);
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(out[at + i])) { // an exponent was out of range
        long digest = offset + i * stride;
        out[at + i] =
            ScalarScoreKernels.sketchHalf(digests, digest, layout, scales, tables, head, factor);
      }
    }
  }

  private void exponentials(
      MemorySegment digests,
      long scales,
      long stride,
      int pages,
      int padded,
      int bias,
      float unit) {
    int from = 0;
    for (int i = 0; i < pages; i++) {
      for (int t = 0; t < padded; t += LANES) {
        int index = i * padded + t;
        ShortVector sum = ShortVector.fromArray(HALVES, sums, from + t % SketchLayout.TOKENS);
        if (VectorLookups.BLOCK_SUMS > SketchLayout.TOKENS) {
          sum = sum.add(ShortVector.fromArray(HALVES, sums, from + SketchLayout.TOKENS));
        }
        IntVector n = (IntVector) sum.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        FloatVector estimate =
            (FloatVector) n.sub(bias).convertShape(VectorOperators.I2F, FLOATS, 0);
        IntVector half =
            (IntVector)
                ShortVector.fromMemorySegment(
                        HALVES, digests, scales + i * stride + 2L * t, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, INTS, 0);
        FloatVector scale = VectorShapes.lowHalves(half).mul(VectorShapes.HALF_SCALE);
        estimate.mul(unit).mul(scale).intoArray(exponentials, index);
        if ((t + LANES) % SketchLayout.TOKENS == 0) {
          from += VectorLookups.BLOCK_SUMS;
        }
      }
    }
    for (int index = 0; index < pages * padded; index += LANES) {
      VectorMath.expOrNan(FloatVector.fromArray(FLOATS, exponentials, index))
          .intoArray(exponentials, index);
    }
  }

  private void total(int pages, int padded, float[] out, int at) {
    int i = 0;
    for (; i <= pages - 4; i += 4) {
      int index = i * padded;
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int t = index; t < index + padded; t += LANES) {
        s0 = s0.add(FloatVector.fromArray(FLOATS, exponentials, t));
        s1 = s1.add(FloatVector.fromArray(FLOATS, exponentials, t + padded));
        s2 = s2.add(FloatVector.fromArray(FLOATS, exponentials, t + 2 * padded));
        s3 = s3.add(FloatVector.fromArray(FLOATS, exponentials, t + 3 * padded));
      }
      VectorShapes.sums(s0, s1, s2, s3).intoArray(four, 0);
      out[at + i] = four[0];
      out[at + i + 1] = four[VectorShapes.SECOND];
      out[at + i + 2] = four[VectorShapes.THIRD];
      out[at + i + 3] = four[VectorShapes.FOURTH];
    }
    for (; i < pages; i++) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int t = i * padded; t < (i + 1) * padded; t += LANES) {
        sum = sum.add(FloatVector.fromArray(FLOATS, exponentials, t));
      }
      out[at + i] = VectorShapes.sum(sum);
    }
  }
}

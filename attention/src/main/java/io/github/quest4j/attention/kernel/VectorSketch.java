package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALF_SCALE;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sketch's log masses of a block for a group of query heads: table sums of all tokens first,
 * then their exponentials. The lanes are pages, so the sum over a page's tokens is one of vectors.
 * Small loops that hand over through arrays and are compiled apart, since a single one is more than
 * the compiler inlines. One thread.
 */
final class VectorSketch {

  private static final int PAGES = SketchLayout.LANES;
  private static final FloatVector ROUND = FloatVector.broadcast(FLOATS, RoughExp.ROUND);
  private static final FloatVector SQUARE = FloatVector.broadcast(FLOATS, RoughExp.SQUARE);
  private static final FloatVector LINEAR = FloatVector.broadcast(FLOATS, RoughExp.LINEAR);
  private static final FloatVector ONE = FloatVector.broadcast(FLOATS, 1f);

  long seen; // what was fetched

  private final MethodHandle lookUp = VectorLookups.sums();
  private final MethodHandle readScales = CompiledApart.function(MethodHandles.lookup(), "read");
  private final MethodHandle sumOfExp = CompiledApart.function(MethodHandles.lookup(), "sumOfExp");
  private final MethodHandle greatest = CompiledApart.function(MethodHandles.lookup(), "greatest");

  private byte[] bytes = new byte[0]; // [HEADS, tokens, BLOCK_BYTES], of some channels
  private short[] sums = new short[0]; // [heads, tokens, BLOCK_SUMS]
  private float[] scales = new float[0]; // [tokens, pages]
  private float[] totals = new float[PAGES]; // [heads, pages], of exponentials
  private final float[] most = new float[PAGES]; // the greatest scale, then exponent, of a page
  private final float[] saved = new float[PAGES];

  /** Adds to the 16 numbers of each head, head h's from {@code out[at + h * stride]} on. */
  void add(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      SketchTables tables,
      int heads,
      float factor,
      float[] out,
      int at,
      int stride,
      float[] unbiased) {
    int tokens = layout.pageSize();
    int row = tokens * VectorLookups.BLOCK_SUMS;
    if (sums.length < heads * row) {
      sums = new short[heads * row];
    }
    if (totals.length < heads * PAGES) {
      totals = new float[heads * PAGES];
    }
    if (bytes.length < VectorLookups.HEADS * tokens * VectorLookups.BLOCK_BYTES) {
      bytes = new byte[VectorLookups.HEADS * tokens * VectorLookups.BLOCK_BYTES];
    }
    if (scales.length < tokens * PAGES) {
      scales = new float[tokens * PAGES];
    }
    try {
      long signs = block + layout.signsOffset();
      lookUp.invokeExact(digests, signs, tokens, layout.tokenBytes(), tables, heads, bytes, sums);
      if (unbiased.length != 0) {
        int from = layout.unbiasedOffset();
        add(digests, block, layout, from, tables, heads, factor, out, unbiased, at, stride);
      }
      int from = layout.scalesOffset();
      add(digests, block, layout, from, tables, heads, factor, out, out, at, stride);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  private void add(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      int scalesOffset,
      SketchTables tables,
      int heads,
      float factor,
      float[] before,
      float[] after,
      int at,
      int stride)
      throws Throwable {
    int tokens = layout.pageSize();
    readScales.invokeExact(digests, block + scalesOffset, tokens, scales, most);
    int bits = 0;
    for (float x : most) {
      bits = Math.max(bits, Float.floatToRawIntBits(x)); // of numbers without a sign; NaN above all
    }
    float scale = Float.intBitsToFloat(bits);
    boolean inRange = true;
    for (int h = 0; h < heads; h++) {
      float unit = tables.unit(h, factor);
      int from = h * tokens * VectorLookups.BLOCK_SUMS;
      sumOfExp.invokeExact(scales, tokens, tables.bias(), unit, sums, from, totals, h * PAGES);
      inRange &= scale * tables.most(h, factor) < RoughExp.RANGE;
    }
    if (inRange) {
      // Of all heads at once: a logarithm is a chain of operations, and these chains overlap.
      VectorMath.addLog(totals, heads, PAGES, before, after, at, stride);
      return;
    }
    for (int h = 0; h < heads; h++) {
      float unit = tables.unit(h, factor);
      int from = h * tokens * VectorLookups.BLOCK_SUMS;
      int to = at + h * stride;
      greatest.invokeExact(scales, tokens, tables.bias(), unit, sums, from, most);
      // Page by page, so that no page's score depends on those beside it.
      System.arraycopy(before, to, saved, 0, PAGES);
      System.arraycopy(totals, h * PAGES, totals, 0, PAGES);
      VectorMath.addLog(totals, 1, PAGES, before, after, to, stride);
      for (int i = 0; i < PAGES; i++) {
        if (!(most[i] < RoughExp.RANGE)) {
          after[to + i] =
              saved[i]
                  + ScalarScoreKernels.sketch(
                      digests, block, layout, scalesOffset, tables, h, i, factor);
        }
      }
    }
  }

  /**
   * Reads a block's scales as floats, and the greatest of each page. Bits of floats without their
   * sign are ordered as the floats are, NaN above all.
   */
  static void read(MemorySegment digests, long from, int tokens, float[] scales, float[] most) {
    for (int page = 0; page < PAGES; page += LANES) {
      IntVector greatest = IntVector.zero(INTS);
      for (int t = page; t < tokens * PAGES; t += PAGES) {
        IntVector half =
            (IntVector)
                ShortVector.fromMemorySegment(
                        HALVES, digests, from + 2L * t, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, INTS, 0);
        FloatVector scale = VectorShapes.lowHalves(half).mul(HALF_SCALE);
        greatest = greatest.max(scale.reinterpretAsInts().and(Integer.MAX_VALUE));
        scale.intoArray(scales, t);
      }
      greatest.reinterpretAsFloats().intoArray(most, page);
    }
  }

  /** Each page's sum of the exponentials of its tokens, of one head. */
  static void sumOfExp(
      float[] scales,
      int tokens,
      int bias,
      float unit,
      short[] sums,
      int head,
      float[] totals,
      int at) {
    for (int page = 0; page < PAGES; page += LANES) {
      FloatVector total = FloatVector.zero(FLOATS);
      int from = head + page;
      for (int t = page; t < tokens * PAGES; t += PAGES) {
        FloatVector scale = FloatVector.fromArray(FLOATS, scales, t).mul(unit);
        FloatVector n = numbers(sums, from, bias);
        FloatVector rounded = n.fma(scale, ROUND);
        FloatVector r = n.fma(scale, ROUND.sub(rounded));
        IntVector p = r.fma(SQUARE, LINEAR).fma(r, ONE).reinterpretAsInts();
        IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        total = total.add(p.add(exponent).reinterpretAsFloats());
        from += VectorLookups.BLOCK_SUMS;
      }
      total.intoArray(totals, at + page);
    }
  }

  /** The size of each page's greatest exponent, of one head. */
  static void greatest(
      float[] scales, int tokens, int bias, float unit, short[] sums, int head, float[] most) {
    for (int page = 0; page < PAGES; page += LANES) {
      IntVector greatest = IntVector.zero(INTS);
      int from = head + page;
      for (int t = page; t < tokens * PAGES; t += PAGES) {
        FloatVector scale = FloatVector.fromArray(FLOATS, scales, t).mul(unit);
        FloatVector product = numbers(sums, from, bias).mul(scale);
        greatest = greatest.max(product.reinterpretAsInts().and(Integer.MAX_VALUE));
        from += VectorLookups.BLOCK_SUMS;
      }
      greatest.reinterpretAsFloats().intoArray(most, page);
    }
  }

  private static FloatVector numbers(short[] sums, int from, int bias) {
    ShortVector entries = ShortVector.fromArray(HALVES, sums, from);
    if (VectorLookups.BLOCK_SUMS > PAGES) {
      entries = entries.add(ShortVector.fromArray(HALVES, sums, from + PAGES));
    }
    IntVector n = (IntVector) entries.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    return (FloatVector) n.sub(bias).convertShape(VectorOperators.I2F, FLOATS, 0);
  }
}

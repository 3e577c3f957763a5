package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
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

  /** Bits of the greatest exponent that {@link VectorMath#exp} takes with room for a page's sum. */
  private static final int MOST = Float.floatToRawIntBits(VectorMath.EXP_RANGE);

  long seen; // what was fetched

  private final MethodHandle lookUp = VectorLookups.sums();
  private final MethodHandle estimate = CompiledApart.function(MethodHandles.lookup(), "estimate");
  private final MethodHandle sumOfExp = CompiledApart.function(MethodHandles.lookup(), "sumOfExp");

  private short[] sums = new short[0]; // [heads, tokens, BLOCK_SUMS]
  private float[] estimates = new float[0]; // [tokens, pages], of one head
  private final float[] totals = new float[PAGES]; // of exponentials
  private final int[] most = new int[PAGES]; // bits of the greatest exponent's size
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
    if (estimates.length < tokens * PAGES) {
      estimates = new float[tokens * PAGES];
    }
    try {
      long signs = block + layout.signsOffset();
      lookUp.invokeExact(digests, signs, tokens, layout.tokenBytes(), tables, heads, sums);
      for (int h = 0; h < heads; h++) {
        int to = at + h * stride;
        if (unbiased.length != 0) {
          int scales = layout.unbiasedOffset();
          add(digests, block, layout, scales, tables, h, factor, out, unbiased, to);
        }
        add(digests, block, layout, layout.scalesOffset(), tables, h, factor, out, out, to);
      }
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  private void add(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      int scales,
      SketchTables tables,
      int head,
      float factor,
      float[] before,
      float[] after,
      int at)
      throws Throwable {
    float unit = tables.steps[head] * factor * VectorShapes.HALF_SCALE;
    int tokens = layout.pageSize();
    int from = head * tokens * VectorLookups.BLOCK_SUMS;
    estimate.invokeExact(
        digests, block + scales, tokens, tables.bias(), unit, sums, from, estimates, most);
    sumOfExp.invokeExact(estimates, tokens, totals);
    if (inRange()) {
      VectorMath.addLog(totals, before, after, at, PAGES);
      return;
    }
    // Page by page, so that no page's score depends on those beside it.
    System.arraycopy(before, at, saved, 0, PAGES);
    VectorMath.addLog(totals, before, after, at, PAGES);
    for (int i = 0; i < PAGES; i++) {
      if (most[i] >= MOST) {
        after[at + i] =
            saved[i]
                + ScalarScoreKernels.sketch(
                    digests, block, layout, scales, tables, head, i, factor);
      }
    }
  }

  // Bits of floats without their sign are ordered as the floats are, NaN above all.
  private boolean inRange() {
    int all = 0;
    for (int bits : most) {
      all = Math.max(all, bits);
    }
    return all < MOST;
  }

  /** Fills the estimates of one head, and {@code most}. */
  static void estimate(
      MemorySegment digests,
      long scales,
      int tokens,
      int bias,
      float unit,
      short[] sums,
      int head,
      float[] estimates,
      int[] most) {
    for (int page = 0; page < PAGES; page += LANES) {
      IntVector greatest = IntVector.zero(INTS);
      for (int t = 0; t < tokens; t++) {
        int from = head + t * VectorLookups.BLOCK_SUMS + page;
        ShortVector entries = ShortVector.fromArray(HALVES, sums, from);
        if (VectorLookups.BLOCK_SUMS > PAGES) {
          entries = entries.add(ShortVector.fromArray(HALVES, sums, from + PAGES));
        }
        IntVector n = (IntVector) entries.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        FloatVector product =
            (FloatVector) n.sub(bias).convertShape(VectorOperators.I2F, FLOATS, 0);
        long scaleAt = scales + 2L * (t * PAGES + page);
        IntVector half =
            (IntVector)
                ShortVector.fromMemorySegment(HALVES, digests, scaleAt, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, INTS, 0);
        FloatVector x = VectorShapes.lowHalves(half).mul(unit).mul(product);
        greatest = greatest.max(x.reinterpretAsInts().and(Integer.MAX_VALUE));
        x.intoArray(estimates, t * PAGES + page);
      }
      greatest.intoArray(most, page);
    }
  }

  static void sumOfExp(float[] estimates, int tokens, float[] totals) {
    for (int page = 0; page < PAGES; page += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int t = page; t < tokens * PAGES; t += PAGES) {
        sum = sum.add(VectorMath.exp(FloatVector.fromArray(FLOATS, estimates, t)));
      }
      sum.intoArray(totals, page);
    }
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sketch's log masses of a block: table sums of all tokens first, then their exponentials. The
 * lanes are pages, so the sum over a page's tokens is one of vectors. Small loops that hand over
 * through arrays, since a single one is more than the compiler inlines.
 */
final class VectorSketch {

  private static final int PAGES = SketchLayout.LANES;

  /** Bits of the greatest exponent that {@link VectorMath#exp} takes with room for a page's sum. */
  private static final int MOST = Float.floatToRawIntBits(VectorMath.EXP_RANGE);

  private static final int MOST_TOKENS = 128;

  long seen; // what was fetched

  private final short[] sums = new short[MOST_TOKENS * VectorLookups.BLOCK_SUMS];
  private final float[] estimates = new float[MOST_TOKENS * PAGES];
  private final float[] totals = new float[PAGES]; // of exponentials
  private final int[] most = new int[PAGES]; // bits of the greatest exponent's size
  private final float[] saved = new float[PAGES];

  /** One head; adds to the 16 numbers from {@code out[at]} on. */
  void add(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      SketchTables tables,
      int head,
      float factor,
      float[] out,
      int at,
      float[] unbiased) {
    int tokens = layout.pageSize();
    long signs = block + layout.signsOffset();
    VectorLookups.sums(digests, signs, tokens, layout.tokenBytes(), tables, head, sums);
    if (unbiased.length != 0) {
      int scales = layout.unbiasedOffset();
      add(digests, block, layout, scales, tables, head, factor, out, unbiased, at);
    }
    add(digests, block, layout, layout.scalesOffset(), tables, head, factor, out, out, at);
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
      int at) {
    float unit = tables.steps[head] * factor * VectorShapes.HALF_SCALE;
    int tokens = layout.pageSize();
    boolean good = estimate(digests, block + scales, tokens, tables.bias(), unit);
    sumOfExp(tokens);
    if (good) {
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

  /** Fills {@link #estimates} and {@link #most}; returns whether all exponents are in range. */
  private boolean estimate(MemorySegment digests, long scales, int tokens, int bias, float unit) {
    IntVector all = IntVector.zero(INTS);
    for (int page = 0; page < PAGES; page += LANES) {
      IntVector greatest = IntVector.zero(INTS);
      for (int t = 0; t < tokens; t++) {
        int from = t * VectorLookups.BLOCK_SUMS + page;
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
      all = all.max(greatest);
    }
    // Bits of floats without their sign are ordered as the floats are, NaN above all.
    return all.compare(VectorOperators.LT, MOST).allTrue();
  }

  private void sumOfExp(int tokens) {
    for (int page = 0; page < PAGES; page += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int t = page; t < tokens * PAGES; t += PAGES) {
        sum = sum.add(VectorMath.exp(FloatVector.fromArray(FLOATS, estimates, t)));
      }
      sum.intoArray(totals, page);
    }
  }
}

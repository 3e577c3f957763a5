package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALF_SCALE;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention with the Vector API, page by page with an online softmax, so that pages are read in the
 * order of memory where they follow each other.
 */
final class VectorAttend implements AttendKernels {

  private static final int CHUNK = 2 * LANES;

  /** Pages that are touched at a time; they stay in the second-level cache. */
  private static final int TOUCHED = 32;

  /** The first prompts of at most so many tokens are attended to by plain loops. */
  private static final int COLD_TOKENS = 31;

  private final ScalarAttend scalar = new ScalarAttend();
  private final Young tiles = new Young(256); // 32 layers of 8 KV heads
  private final MethodHandle touch = CompiledApart.function(MethodHandles.lookup(), "touch");

  @Override
  public void attend(
      PageRun run,
      float[] q,
      int qOffset,
      int heads,
      float scale,
      AttendScratch scratch,
      float[] partial,
      int partialOffset) {
    int headDim = run.headDim;
    if (headDim < CHUNK) {
      scalar.attend(run, q, qOffset, heads, scale, scratch, partial, partialOffset);
      return;
    }
    int stride = (run.pageSize + LANES - 1 & -LANES) + LANES;
    int paddedDim = prepare(run, q, qOffset, heads, scale, scratch, stride);
    Arrays.fill(scratch.max, 0, heads, Float.NEGATIVE_INFINITY);
    Arrays.fill(scratch.sums, 0, heads * LANES, 0f);
    for (int page = 0; page < run.pages; page++) {
      if (page % TOUCHED == 0) {
        touchApart(run, page, scratch);
      }
      attend(run, page, heads, stride, paddedDim, scratch);
    }
    for (int h = 0; h < heads; h++) {
      int out = partialOffset + h * (headDim + 2);
      partial[out] = scratch.max[h];
      partial[out + 1] = VectorShapes.sum(FloatVector.fromArray(FLOATS, scratch.sums, h * LANES));
      unpack(run, scratch.acc, h * paddedDim, partial, out + 2);
    }
  }

  /**
   * Brings the pages that come next to the cache, where they do not follow each other in memory: a
   * page is too short for the processor to see a stream in it, and the misses of a loop that only
   * reads overlap, across pages too, as those of one that computes do not. Before that a word of
   * every page of the operating system is read: what takes longest is to find where these lie, and
   * a loop of nothing else does that for many at a time.
   */
  static void touch(PageRun run, int from, AttendScratch scratch) {
    int to = Math.min(run.pages, from + TOUCHED);
    int jumps = 0;
    int bytes = run.pageSize * run.headDim * run.type.bytes();
    for (int page = from + 1; page < to; page++) {
      if (run.keys[page] != run.keys[page - 1] + bytes) {
        jumps++;
      }
    }
    if (jumps < (to - from) / 4) {
      return;
    }
    long seen = 0;
    for (int page = from; page < to; page++) {
      seen |= VectorShapes.locate(run.slabs[page], run.keys[page], bytes);
      seen |= VectorShapes.locate(run.slabs[page], run.values[page], bytes);
    }
    for (int page = from; page < to; page++) {
      seen |= VectorShapes.fetch(run.slabs[page], run.keys[page], bytes);
      seen |= VectorShapes.fetch(run.slabs[page], run.values[page], bytes);
    }
    scratch.seen = seen;
  }

  private void touchApart(PageRun run, int from, AttendScratch scratch) {
    try {
      touch.invokeExact(run, from, scratch);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  /** One page: scores, their weights against the greatest so far, and the weighted values. */
  private static void attend(
      PageRun run, int page, int heads, int stride, int paddedDim, AttendScratch scratch) {
    int first = page << run.shift;
    int from = Math.max(run.from - first, 0);
    int to = Math.min(run.to - first, run.pageSize);
    float[] p = scratch.scores;
    dots(run, page, from, to, heads, scratch.q, p, 0, stride);
    int width = run.pageSize + LANES - 1 & -LANES;
    for (int h = 0; h < heads; h++) {
      int row = h * stride;
      mask(run, page, from, to, p, row, width);
      if (above(p, row, width, scratch.max[h])) {
        raise(h, greatest(p, row, width), paddedDim, scratch);
      }
    }
    // Values read by their shifted bits are 2^-112 of themselves.
    float factor = run.type == KvType.F16 ? HALF_SCALE : 1f;
    for (int h = 0; h < heads; h++) {
      weights(p, h * stride, width, scratch.max[h], factor, scratch.sums, h * LANES);
    }
    MemorySegment slab = run.slabs[page];
    if (run.headDim > 4 * CHUNK) {
      scratch.seen |=
          VectorShapes.fetch(slab, run.values[page], run.pageSize * run.headDim * run.type.bytes());
    }
    if (run.type == KvType.F16) {
      VectorWeighF16.weigh(
          slab, run.values[page], run.headDim, from, to, p, stride, heads, scratch.acc);
    } else {
      VectorF32.weigh(slab, run.values[page], run.headDim, from, to, p, stride, heads, scratch.acc);
    }
  }

  private static boolean above(float[] p, int row, int width, float max) {
    for (int i = row; i < row + width; i += LANES) {
      if (FloatVector.fromArray(FLOATS, p, i).compare(VectorOperators.GT, max).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  /** Sets a head's greatest score, and scales what was summed against the one before. */
  private static void raise(int head, float max, int paddedDim, AttendScratch scratch) {
    float factor = (float) Math.exp(scratch.max[head] - max);
    scratch.max[head] = max;
    scale(scratch.sums, head * LANES, LANES, factor);
    scale(scratch.acc, head * paddedDim, paddedDim, factor);
  }

  private static void scale(float[] x, int from, int count, float factor) {
    for (int i = from; i < from + count; i += LANES) {
      FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
    }
  }

  @Override
  public void scores(
      PageRun run,
      float[] q,
      int qOffset,
      int heads,
      float scale,
      AttendScratch scratch,
      float[] scores,
      int scoresOffset,
      int stride) {
    if (run.headDim < CHUNK) {
      scalar.scores(run, q, qOffset, heads, scale, scratch, scores, scoresOffset, stride);
      return;
    }
    int row = run.tokens() + LANES; // a page smaller than a vector writes beyond its own
    prepare(run, q, qOffset, heads, scale, scratch, row);
    for (int page = 0; page < run.pages; page++) {
      int first = page << run.shift;
      dots(run, page, 0, run.pageSize, heads, scratch.q, scratch.scores, first, row);
    }
    for (int h = 0; h < heads; h++) {
      for (int page = 0; page < run.pages; page++) {
        int first = page << run.shift;
        int from = Math.clamp(run.from - first, 0, run.pageSize);
        int to = Math.clamp(run.to - first, 0, run.pageSize);
        mask(run, page, from, to, scratch.scores, h * row + first, run.pageSize);
      }
      System.arraycopy(scratch.scores, h * row, scores, scoresOffset + h * stride, run.tokens());
    }
  }

  @Override
  public void attendTile(PageRun run, int firstToken, QueryTile tile, TileScratch scratch) {
    if (run.headDim < CHUNK) {
      scalar.attendTile(run, firstToken, tile, scratch);
    } else if (run.to <= COLD_TOKENS && tiles.next()) {
      ColdTile.attend(run, firstToken, tile, scratch.cold);
    } else {
      VectorTile.attend(run, firstToken, tile, scratch);
    }
  }

  /** Scores of a page's tokens {@code from .. to-1}, rounded out to vectors. */
  private static void dots(
      PageRun run,
      int page,
      int from,
      int to,
      int heads,
      float[] q,
      float[] scores,
      int offset,
      int stride) {
    int block = KeyLayout.block(run.pageSize);
    long step = 4L * block; // of each token two halves or a float
    int width = Math.min(block, LANES);
    int headDim = run.headDim;
    MemorySegment slab = run.slabs[page];
    for (int t = from & -width; t < to; t += width) {
      long index = KeyLayout.index(run.type, headDim, run.pageSize, t, 0);
      long at = run.keys[page] + index * run.type.bytes();
      if (run.type == KvType.F16) {
        VectorDotF16.dots(slab, at, step, headDim, q, heads, scores, offset + t, stride);
      } else {
        VectorF32.dots(slab, at, step, headDim, q, heads, scores, offset + t, stride);
      }
    }
  }

  /** Scales the queries; returns the floats of a head's sums, padded to chunks of values. */
  private static int prepare(
      PageRun run, float[] q, int qOffset, int heads, float scale, AttendScratch scratch, int row) {
    int headDim = run.headDim;
    boolean half = run.type == KvType.F16;
    int padded = half ? VectorWeighF16.chunks(headDim) * CHUNK : VectorF32.chunks(headDim) * LANES;
    scratch.reserve(heads, headDim, padded, row);
    float factor = half ? scale * HALF_SCALE : scale;
    for (int i = 0; i < heads * headDim; i++) {
      scratch.q[i] = q[qOffset + i] * factor;
    }
    return padded;
  }

  private static void unpack(PageRun run, float[] acc, int from, float[] out, int to) {
    int headDim = run.headDim;
    if (run.type == KvType.F32) {
      int last = headDim - LANES;
      for (int c = 0; c * LANES < headDim; c++) {
        System.arraycopy(acc, from + c * LANES, out, to + Math.min(c * LANES, last), LANES);
      }
      return;
    }
    for (int c = 0; c * CHUNK < headDim; c++) {
      int channel = to + Math.min(c * CHUNK, headDim - CHUNK);
      int chunk = from + c * CHUNK;
      for (int i = 0; i < LANES; i++) {
        out[channel + 2 * i] = acc[chunk + i];
        out[channel + 2 * i + 1] = acc[chunk + LANES + i];
      }
    }
  }

  /** Hides all tokens of a page but {@code from .. to-1} and those that a mask hides of these. */
  private static void mask(
      PageRun run, int page, int from, int to, float[] scores, int row, int width) {
    for (int t = 0; t < from; t++) {
      scores[row + t] = Float.NEGATIVE_INFINITY;
    }
    for (int t = to; t < width; t++) {
      scores[row + t] = Float.NEGATIVE_INFINITY;
    }
    if (run.masked) {
      int first = page << run.shift;
      for (int t = from; t < to; t++) {
        if (!run.kept(first + t)) {
          scores[row + t] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** Turns whole vectors of scores into weights and adds exp(score - m) to a vector of sums. */
  private static void weights(
      float[] p, int row, int width, float m, float factor, float[] sums, int at) {
    float shift = m == Float.NEGATIVE_INFINITY ? 0 : m;
    FloatVector sum = FloatVector.fromArray(FLOATS, sums, at);
    for (int i = row; i < row + width; i += LANES) {
      FloatVector e = VectorMath.weight(FloatVector.fromArray(FLOATS, p, i).sub(shift));
      sum = sum.add(e);
      e.mul(factor).intoArray(p, i);
    }
    sum.intoArray(sums, at);
  }

  @Override
  public double sumExp(float[] x, int offset, int count, float shift) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      sum = sum.add(exp(FloatVector.fromArray(FLOATS, x, offset + i), shift));
    }
    double total = VectorShapes.sum(sum);
    for (; i < count; i++) {
      total += Math.exp(x[offset + i] - shift);
    }
    return total;
  }

  /** Sums of masses may lie far above the shift; exp of 88 is still finite. */
  private static FloatVector exp(FloatVector x, float shift) {
    return VectorMath.weight(x.sub(shift).min(88f));
  }

  @Override
  public float max(float[] x, int offset, int count) {
    return greatest(x, offset, count);
  }

  private static float greatest(float[] x, int offset, int count) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    float result = VectorShapes.max(max);
    for (; i < count; i++) {
      result = Math.max(result, x[offset + i]);
    }
    return result;
  }

  @Override
  public double expInPlace(float[] x, int offset, int count, float shift) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(FLOATS, x, offset + i), shift);
      sum = sum.add(e);
      e.intoArray(x, offset + i);
    }
    double total = VectorShapes.sum(sum);
    for (; i < count; i++) {
      x[offset + i] = (float) Math.exp(x[offset + i] - shift);
      total += x[offset + i];
    }
    return total;
  }

  @Override
  public void maxInto(float[] x, int xOffset, float[] y, int yOffset, int count) {
    scalar.maxInto(x, xOffset, y, yOffset, count);
  }

  @Override
  public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector b = FloatVector.fromArray(FLOATS, y, yOffset + i);
      a.fma(FloatVector.broadcast(FLOATS, factor), b).intoArray(y, yOffset + i);
    }
    for (; i < count; i++) {
      y[yOffset + i] = Math.fma(factor, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public int countAtLeast(float[] x, int offset, int count, float threshold) {
    int n = 0;
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      n +=
          FloatVector.fromArray(FLOATS, x, offset + i)
              .compare(VectorOperators.GE, threshold)
              .trueCount();
    }
    return n + scalar.countAtLeast(x, offset + i, count - i, threshold);
  }

  @Override
  public int atLeast(float[] x, int offset, int from, int to, float threshold, int[] indexes) {
    int n = 0;
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      VectorMask<Float> mask =
          FloatVector.fromArray(FLOATS, x, offset + i).compare(VectorOperators.GE, threshold);
      for (long bits = mask.toLong(); bits != 0; bits &= bits - 1) {
        indexes[n++] = i + Long.numberOfTrailingZeros(bits);
      }
    }
    for (; i < to; i++) {
      if (x[offset + i] >= threshold) {
        indexes[n++] = i;
      }
    }
    return n;
  }
}

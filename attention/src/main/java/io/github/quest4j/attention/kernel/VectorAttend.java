package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALF_SCALE;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Attention with the Vector API: all scores of a run, one softmax, then all values. */
final class VectorAttend implements AttendKernels {

  private static final int CHUNK = 2 * LANES;

  private final ScalarAttend scalar = new ScalarAttend();

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
    int stride = paddedTokens(run);
    int paddedDim = prepare(run, q, qOffset, heads, scale, scratch, stride);
    float[] p = scratch.scores;
    dots(run, heads, scratch, p, 0, stride);
    // Values read by their shifted bits are 2^-112 of themselves.
    float weight = run.type == KvType.F16 ? HALF_SCALE : 1f;
    for (int h = 0; h < heads; h++) {
      mask(run, p, h * stride);
      int out = partialOffset + h * (headDim + 2);
      partial[out] = max(p, h * stride, stride);
      partial[out + 1] = weights(p, h * stride, stride, partial[out], weight);
    }
    if (run.type == KvType.F16) {
      VectorWeighF16.weigh(run, p, stride, heads, scratch.acc);
    } else {
      VectorF32.weigh(run, p, stride, heads, scratch.acc);
    }
    for (int h = 0; h < heads; h++) {
      unpack(run, scratch.acc, h * paddedDim, partial, partialOffset + h * (headDim + 2) + 2);
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
    int padded = paddedTokens(run);
    prepare(run, q, qOffset, heads, scale, scratch, padded);
    dots(run, heads, scratch, scratch.scores, 0, padded);
    for (int h = 0; h < heads; h++) {
      mask(run, scratch.scores, h * padded);
      System.arraycopy(scratch.scores, h * padded, scores, scoresOffset + h * stride, run.tokens());
    }
  }

  @Override
  public void attendTile(PageRun run, int firstToken, QueryTile tile, TileScratch scratch) {
    if (run.headDim < CHUNK) {
      scalar.attendTile(run, firstToken, tile, scratch);
    } else {
      VectorTile.attend(run, firstToken, tile, scratch);
    }
  }

  private static int paddedTokens(PageRun run) {
    return (run.tokens() + LANES - 1) & -LANES;
  }

  private static void dots(
      PageRun run, int heads, AttendScratch scratch, float[] scores, int offset, int stride) {
    if (run.type == KvType.F16) {
      VectorDotF16.dots(run, scratch.q, heads, scratch.folds, scores, offset, stride);
    } else {
      VectorF32.dots(run, scratch.q, heads, scratch.folds, scores, offset, stride);
    }
  }

  /** Lays the queries out as the loads will meet them; returns the floats of a padded head. */
  private static int prepare(
      PageRun run,
      float[] q,
      int qOffset,
      int heads,
      float scale,
      AttendScratch scratch,
      int paddedTokens) {
    int headDim = run.headDim;
    boolean half = run.type == KvType.F16;
    int chunk = half ? CHUNK : LANES;
    int chunks = (headDim + chunk - 1) / chunk;
    int padded = chunks * chunk;
    scratch.reserve(heads, padded, paddedTokens, LANES);
    float factor = half ? scale * HALF_SCALE : scale;
    for (int h = 0; h < heads; h++) {
      for (int c = 0; c < chunks; c++) {
        int channel = Math.min(c * chunk, headDim - chunk);
        int counted = c * chunk - channel; // channels that the chunk before has
        int from = qOffset + h * headDim + channel;
        int to = h * padded + c * chunk;
        for (int i = 0; i < chunk; i++) {
          float value = i < counted ? 0 : q[from + i] * factor;
          scratch.q[to + (half ? (i & 1) * LANES + i / 2 : i)] = value;
        }
      }
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

  private static void mask(PageRun run, float[] scores, int offset) {
    Arrays.fill(scores, offset, offset + run.from, Float.NEGATIVE_INFINITY);
    int end = paddedTokens(run);
    Arrays.fill(scores, offset + run.to, offset + end, Float.NEGATIVE_INFINITY);
    if (run.masked) {
      for (int t = run.from; t < run.to; t++) {
        if (!run.kept(t)) {
          scores[offset + t] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** Turns whole vectors of scores into weights; returns the sum of exp(score - m). */
  static float weights(float[] p, int offset, int count, float m, float factor) {
    float shift = m == Float.NEGATIVE_INFINITY ? 0 : m;
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = offset; i < offset + count; i += LANES) {
      FloatVector e = VectorMath.weight(FloatVector.fromArray(FLOATS, p, i).sub(shift));
      sum = sum.add(e);
      e.mul(factor).intoArray(p, i);
    }
    return VectorShapes.sum(sum);
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
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    float result = max.reduceLanes(VectorOperators.MAX);
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

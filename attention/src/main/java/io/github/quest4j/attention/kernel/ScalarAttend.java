package io.github.quest4j.attention.kernel;

import java.lang.foreign.ValueLayout;

/** The specification: attention as the paper writes it, one number at a time. */
final class ScalarAttend implements AttendKernels {

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
    int tokens = run.tokens();
    int headDim = run.headDim;
    scratch.reserve(heads, headDim, headDim, tokens);
    float[] scores = scratch.scores;
    scores(run, q, qOffset, heads, scale, scratch, scores, 0, tokens);
    for (int h = 0; h < heads; h++) {
      int out = partialOffset + h * (headDim + 2);
      float m = max(scores, h * tokens, tokens);
      double l = 0;
      for (int i = 0; i < headDim; i++) {
        partial[out + 2 + i] = 0;
      }
      for (int t = run.from; t < run.to; t++) {
        float score = scores[h * tokens + t];
        if (score == Float.NEGATIVE_INFINITY) {
          continue;
        }
        float p = (float) Math.exp(score - m);
        l += p;
        for (int i = 0; i < headDim; i++) {
          partial[out + 2 + i] += p * value(run, t, i);
        }
      }
      partial[out] = m;
      partial[out + 1] = (float) l;
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
    for (int h = 0; h < heads; h++) {
      for (int t = 0; t < run.tokens(); t++) {
        float score = Float.NEGATIVE_INFINITY;
        if (t >= run.from && t < run.to && run.kept(t)) {
          score = 0;
          for (int i = 0; i < run.headDim; i++) {
            score += q[qOffset + h * run.headDim + i] * key(run, t, i);
          }
          score *= scale;
        }
        scores[scoresOffset + h * stride + t] = score;
      }
    }
  }

  @Override
  public void attendTile(PageRun run, int firstToken, QueryTile tile, TileScratch scratch) {
    int headDim = run.headDim;
    int rows = tile.queries * tile.heads;
    scratch.reserve(rows, headDim, Math.max(1, (run.tokens() + rows - 1) / rows), 0);
    float[] p = scratch.scores; // of one row, [tokens]
    for (int row = 0; row < rows; row++) {
      int query = row / tile.heads;
      int head = row % tile.heads;
      int q = tile.qOffset + query * tile.qStride + head * headDim;
      int out = tile.outOffset + query * tile.outStride + head * headDim;
      int to = tile.position + query + 1 - firstToken;
      int from = Math.max(0, tile.firstSeen(tile.position + query) - firstToken);
      float m = Float.NEGATIVE_INFINITY;
      for (int t = from; t < to; t++) {
        float score = 0;
        for (int i = 0; i < headDim; i++) {
          score += tile.q[q + i] * key(run, t, i);
        }
        p[t] = score * tile.scale;
        m = Math.max(m, p[t]);
      }
      double l = 0;
      for (int t = from; t < to; t++) {
        p[t] = (float) Math.exp(p[t] - m);
        l += p[t];
      }
      for (int i = 0; i < headDim; i++) {
        float acc = 0;
        for (int t = from; t < to; t++) {
          acc += p[t] * value(run, t, i);
        }
        tile.out[out + i] = (float) (acc / l);
      }
      tile.lse[tile.lseOffset + query * tile.lseStride + head] = (float) (m + Math.log(l));
    }
  }

  @Override
  public double sumExp(float[] x, int offset, int count, float shift) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(x[offset + i] - shift);
    }
    return sum;
  }

  @Override
  public float max(float[] x, int offset, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[offset + i]);
    }
    return max;
  }

  @Override
  public double expInPlace(float[] x, int offset, int count, float shift) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      x[offset + i] = (float) Math.exp(x[offset + i] - shift);
      sum += x[offset + i];
    }
    return sum;
  }

  @Override
  public void maxInto(float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.max(x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.fma(factor, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public int countAtLeast(float[] x, int offset, int count, float threshold) {
    int n = 0;
    for (int i = offset; i < offset + count; i++) {
      if (x[i] >= threshold) {
        n++;
      }
    }
    return n;
  }

  @Override
  public int atLeast(float[] x, int offset, int from, int to, float threshold, int[] indexes) {
    int n = 0;
    for (int i = from; i < to; i++) {
      if (x[offset + i] >= threshold) {
        indexes[n++] = i;
      }
    }
    return n;
  }

  private static float key(PageRun run, int token, int channel) {
    int page = token >> run.shift;
    int t = token & (run.pageSize - 1);
    return ScalarStoreKernels.key(
        run.type, run.slabs[page], run.keys[page], run.pageSize, run.headDim, t, channel);
  }

  private static float value(PageRun run, int token, int channel) {
    int page = token >> run.shift;
    long index = (long) (token & (run.pageSize - 1)) * run.headDim + channel;
    if (run.type == KvType.F32) {
      return run.slabs[page].get(ValueLayout.JAVA_FLOAT_UNALIGNED, run.values[page] + 4 * index);
    }
    return Float.float16ToFloat(
        run.slabs[page].get(ValueLayout.JAVA_SHORT_UNALIGNED, run.values[page] + 2 * index));
  }
}

package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class ScalarScoreKernels implements ScoreKernels {

  @Override
  public float queryFactor(KvType type) {
    return 1;
  }

  @Override
  public void fetch(MemorySegment digests, long offset, int count) {
    // One number at a time, memory is not what is waited for.
  }

  @Override
  public void fillTables(SketchTables tables, int head, float[] rotated, int at) {
    tables.fill(head, rotated, at);
  }

  @Override
  public void dots(
      KvType type,
      MemorySegment rows,
      long offset,
      int dim,
      float[] q,
      int heads,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int lane = 0; lane < LANES; lane++) {
        float sum = 0;
        for (int c = 0; c < dim; c++) {
          sum += q[h * dim + c] * ScalarStoreKernels.key(type, rows, offset, LANES, dim, lane, c);
        }
        out[at + h * outStride + lane] = sum;
      }
    }
  }

  @Override
  public void bounds(
      MemorySegment digests,
      long block,
      int headDim,
      float[] q,
      float[] sums,
      int heads,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int lane = 0; lane < LANES; lane++) {
        float sum = 0;
        for (int c = 0; c < headDim; c++) {
          float channel = q[h * headDim + c];
          long bound = block + BoundsLayout.minimum(c, lane) + (channel > 0 ? 1 : 0);
          sum += channel * (digests.get(ValueLayout.JAVA_BYTE, bound) & 0xff);
        }
        long from = block + (long) Float.BYTES * lane;
        float scale = digests.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + BoundsLayout.SCALES);
        float offset = digests.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + BoundsLayout.OFFSETS);
        out[at + h * outStride + lane] = offset * sums[h] + scale * sum;
      }
    }
  }

  @Override
  public void sketchHalf(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      SketchTables tables,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride,
      float[] unbiased) {
    for (int h = 0; h < heads; h++) {
      for (int lane = 0; lane < LANES; lane++) {
        int o = at + h * outStride + lane;
        if (unbiased.length != 0) {
          int scales = layout.unbiasedOffset();
          unbiased[o] = out[o] + sketch(digests, block, layout, scales, tables, h, lane, factor);
        }
        int scales = layout.scalesOffset();
        out[o] += sketch(digests, block, layout, scales, tables, h, lane, factor);
      }
    }
  }

  /** One query head and page. */
  static float sketch(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      int scalesOffset,
      SketchTables tables,
      int head,
      int lane,
      float factor) {
    int[] numbers = new int[layout.pageSize()];
    numbers(digests, block, layout, tables, head, lane, numbers);
    float unit = tables.unit(head, factor);
    float[] x = new float[numbers.length];
    float sum = 0;
    boolean inRange = true;
    for (int token = 0; token < x.length; token++) {
      long scaleAt = block + scalesOffset + 2L * (token * LANES + lane);
      float scale = Float.float16ToFloat(digests.get(ValueLayout.JAVA_SHORT_UNALIGNED, scaleAt));
      float product = scale * unit;
      sum += RoughExp.ofProduct(numbers[token], product);
      x[token] = numbers[token] * product;
      inRange &= Math.abs(x[token]) < RoughExp.RANGE;
      x[token] /= RoughExp.UNIT;
    }
    return inRange ? (float) Math.log(sum) : logSumOfExp(x, 0, x.length);
  }

  /** The estimates of the tokens of one lane, as numbers of steps. */
  private static void numbers(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      SketchTables tables,
      int head,
      int lane,
      int[] numbers) {
    int low = head * tables.headBytes;
    int high = low + tables.lowBytes();
    for (int token = 0; token < numbers.length; token++) {
      int sum = 0;
      for (int row = 0; row < tables.rows; row++) {
        int signs = signs(digests, block, layout, token, row / 2, lane) >> 8 * (row % 2);
        sum += tables.entries[low + row * 16 + (signs & 15)] & 255;
        sum += tables.entries[high + row * 16 + (signs >> 4 & 15)] & 255;
      }
      numbers[token] = sum - tables.bias();
    }
  }

  private static int signs(
      MemorySegment digests, long block, SketchLayout layout, int token, int pair, int lane) {
    long at = block + layout.signsOffset(token, pair, lane);
    return digests.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
  }

  @Override
  public void sketchFloat(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      float[] rotated,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride,
      float[] unbiased) {
    int tokens = layout.pageSize();
    float[] products = new float[tokens];
    float[] x = new float[tokens];
    for (int h = 0; h < heads; h++) {
      for (int lane = 0; lane < LANES; lane++) {
        for (int token = 0; token < tokens; token++) {
          products[token] = factor * product(digests, block, layout, rotated, h, token, lane);
        }
        int o = at + h * outStride + lane;
        if (unbiased.length != 0) {
          scale(digests, block + layout.unbiasedOffset(), lane, products, x);
          unbiased[o] = out[o] + logSumOfExp(x, 0, tokens);
        }
        scale(digests, block + layout.scalesOffset(), lane, products, x);
        out[o] += logSumOfExp(x, 0, tokens);
      }
    }
  }

  private static float product(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      float[] rotated,
      int head,
      int token,
      int lane) {
    int dim = layout.headDim();
    float sum = 0;
    for (int c = 0; c < dim; c++) {
      int signs = signs(digests, block, layout, token, c / SketchLayout.CHANNELS, lane);
      float q = rotated[head * dim + c];
      sum += (signs >> c % SketchLayout.CHANNELS & 1) != 0 ? -q : q;
    }
    return sum;
  }

  private static void scale(
      MemorySegment digests, long scales, int lane, float[] products, float[] x) {
    for (int token = 0; token < x.length; token++) {
      long at = scales + 4L * (token * LANES + lane);
      x[token] = products[token] * digests.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
    }
  }

  @Override
  public float logSumExp(float[] x, int from, int count) {
    return logSumOfExp(x, from, count);
  }

  private static float logSumOfExp(float[] x, int from, int count) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      most = Math.max(most, x[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp((double) x[i] - most);
    }
    return (float) (most + Math.log(sum));
  }
}

package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class ScalarScoreKernels implements ScoreKernels {

  @Override
  public int arranged(int dim) {
    return dim;
  }

  @Override
  public void arrange(float[] source, int offset, int dim, float[] target, int targetOffset) {
    System.arraycopy(source, offset, target, targetOffset, dim);
  }

  @Override
  public void fillTables(SketchTables tables, int head, float[] rotated, int at) {
    tables.fill(head, rotated, at);
  }

  @Override
  public void addDotsHalf(
      MemorySegment rows,
      long offset,
      long stride,
      int count,
      int dim,
      float[] q,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        float sum = 0;
        for (int c = 0; c < dim; c++) {
          sum += half(rows, offset + i * stride + 2L * c) * q[h * dim + c];
        }
        out[at + h * outStride + i] += factor * sum;
      }
    }
  }

  @Override
  public void addDotsFloat(
      MemorySegment rows,
      long offset,
      long stride,
      int count,
      int dim,
      float[] q,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride) {
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        float sum = 0;
        for (int c = 0; c < dim; c++) {
          sum += single(rows, offset + i * stride + 4L * c) * q[h * dim + c];
        }
        out[at + h * outStride + i] += factor * sum;
      }
    }
  }

  @Override
  public void sketchHalf(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      SketchLayout layout,
      SketchTables tables,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride,
      float[] unbiased) {
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        int o = at + h * outStride + i;
        long digest = offset + i * stride;
        out[o] = sketchHalf(digests, digest, layout, layout.scalesOffset(), tables, h, factor);
        if (unbiased.length != 0) {
          unbiased[o] =
              sketchHalf(digests, digest, layout, layout.unbiasedOffset(), tables, h, factor);
        }
      }
    }
  }

  /** One page and head. */
  static float sketchHalf(
      MemorySegment digests,
      long digest,
      SketchLayout layout,
      int scalesOffset,
      SketchTables tables,
      int head,
      float factor) {
    float unit = tables.steps[head] * factor;
    float[] x = new float[layout.pageSize()];
    for (int token = 0; token < x.length; token++) {
      int sum = tableSum(digests, digest, layout, tables, head, token);
      float scale = half(digests, digest + scalesOffset + 2L * token);
      x[token] = (sum - tables.bias()) * unit * scale;
    }
    return logSumOfExp(x, 0, x.length);
  }

  private static int tableSum(
      MemorySegment digests,
      long digest,
      SketchLayout layout,
      SketchTables tables,
      int head,
      int token) {
    long block = digest + (long) (token / SketchLayout.TOKENS) * layout.blockBytes();
    int low = head * tables.headBytes;
    int high = low + tables.lowBytes();
    int sum = 0;
    for (int row = 0; row < tables.rows; row++) {
      int signs = digests.get(ValueLayout.JAVA_BYTE, block + signByte(token, row));
      sum += tables.entries[low + row * 16 + (signs & 15)] & 255;
      sum += tables.entries[high + row * 16 + (signs >> 4 & 15)] & 255;
    }
    return sum;
  }

  private static int signByte(int token, int row) {
    return SketchLayout.signByte(token % SketchLayout.TOKENS, row * 8);
  }

  @Override
  public void sketchFloat(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      SketchLayout layout,
      int scalesOffset,
      float[] rotated,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride) {
    int dim = layout.headDim();
    float[] x = new float[layout.pageSize()];
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < count; i++) {
        long digest = offset + i * stride;
        for (int token = 0; token < x.length; token++) {
          long block = digest + (long) (token / SketchLayout.TOKENS) * layout.blockBytes();
          float sum = 0;
          for (int c = 0; c < dim; c++) {
            int signs = digests.get(ValueLayout.JAVA_BYTE, block + signByte(token, c / 8));
            float q = rotated[h * dim + c];
            sum += (signs >> (c & 7) & 1) != 0 ? -q : q;
          }
          x[token] = sum * factor * single(digests, digest + scalesOffset + 4L * token);
        }
        out[at + h * outStride + i] = logSumOfExp(x, 0, x.length);
      }
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

  private static float half(MemorySegment segment, long offset) {
    return Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }

  private static float single(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
  }
}

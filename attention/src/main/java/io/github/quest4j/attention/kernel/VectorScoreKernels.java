package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/** The Vector API's scoring loops, a class per kind. */
final class VectorScoreKernels implements ScoreKernels {

  private final ScalarScoreKernels scalar = new ScalarScoreKernels();

  @Override
  public int arranged(int dim) {
    return VectorDots.arranged(dim);
  }

  @Override
  public void arrange(float[] source, int offset, int dim, float[] target, int targetOffset) {
    VectorDots.arrange(source, offset, dim, target, targetOffset);
  }

  @Override
  public void fillTables(SketchTables tables, int head, float[] rotated, int at) {
    VectorTables.fill(tables, head, rotated, at);
  }

  @Override
  public void pairsHalf(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      int dim,
      float[] a,
      float[] b,
      int heads,
      float[] out,
      int at,
      int outStride) {
    VectorPairs.half(digests, offset, stride, count, dim, a, b, heads, out, at, outStride);
  }

  @Override
  public void pairsFloat(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      int dim,
      float[] a,
      float[] b,
      int heads,
      float[] out,
      int at,
      int outStride) {
    VectorPairs.single(digests, offset, stride, count, dim, a, b, heads, out, at, outStride);
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
    VectorDots.half(rows, offset, stride, count, dim, q, heads, factor, out, at, outStride);
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
    VectorDots.single(rows, offset, stride, count, dim, q, heads, factor, out, at, outStride);
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
      int outStride) {
    for (int h = 0; h < heads; h++) {
      int start = at + h * outStride;
      VectorSketch.sums(digests, offset, stride, count, layout, tables, h, factor, out, start);
      VectorMath.log(out, start, count);
      for (int i = 0; i < count; i++) {
        // An exponent was too large for the plain sum.
        if (Float.isNaN(out[start + i])) {
          out[start + i] =
              ScalarScoreKernels.sketchHalf(
                  digests, offset + i * stride, layout, tables, h, factor);
        }
      }
    }
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
    scalar.sketchFloat(
        digests,
        offset,
        stride,
        count,
        layout,
        scalesOffset,
        rotated,
        heads,
        factor,
        out,
        at,
        outStride);
  }

  @Override
  public float logSumExp(float[] x, int from, int count) {
    return scalar.logSumExp(x, from, count);
  }
}

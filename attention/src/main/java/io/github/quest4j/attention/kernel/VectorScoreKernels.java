package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/** The Vector API's scoring loops, a class per kind. */
final class VectorScoreKernels implements ScoreKernels {

  private final ScalarScoreKernels scalar = new ScalarScoreKernels();

  @SuppressWarnings("ThreadLocalUsage") // buffers between loops; they live as long as the kernels
  private final ThreadLocal<VectorSketch> sketches = ThreadLocal.withInitial(VectorSketch::new);

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
      int outStride,
      float[] unbiased) {
    VectorSketch own = sketches.get();
    for (int h = 0; h < heads; h++) {
      int start = at + h * outStride;
      own.logMasses(
          digests, offset, stride, count, layout, tables, h, factor, out, start, unbiased);
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

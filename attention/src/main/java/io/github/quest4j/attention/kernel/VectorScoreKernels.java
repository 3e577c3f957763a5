package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/** The Vector API's scoring loops, a class per kind. */
final class VectorScoreKernels implements ScoreKernels {

  private final ScalarScoreKernels scalar = new ScalarScoreKernels();

  @SuppressWarnings("ThreadLocalUsage") // sums between loops; they live as long as the kernels
  private final ThreadLocal<VectorSketch> sketches = ThreadLocal.withInitial(VectorSketch::new);

  @Override
  public float queryFactor(KvType type) {
    return type == KvType.F16 ? VectorShapes.HALF_SCALE : 1;
  }

  @Override
  public void fetch(MemorySegment digests, long offset, int count) {
    sketches.get().seen |= VectorShapes.fetch(digests, offset, count);
  }

  @Override
  public void fillTables(SketchTables tables, int head, float[] rotated, int at) {
    VectorTables.fill(tables, head, rotated, at);
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
    long step = 4L * LANES; // two halves or a float for each page
    for (int i = 0; i < LANES; i += VectorShapes.LANES) {
      long from = offset + 4L * i;
      switch (type) {
        case F16 -> VectorDotF16.dots(rows, from, step, dim, q, heads, out, at + i, outStride);
        case F32 -> VectorF32.dots(rows, from, step, dim, q, heads, out, at + i, outStride);
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
      for (int lane = 0; lane < LANES; lane += VectorShapes.LANES) {
        int to = at + h * outStride + lane;
        VectorBounds.add(digests, block, lane, headDim, q, h * headDim, sums[h], out, to);
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
    VectorSketch own = sketches.get();
    for (int h = 0; h < heads; h++) {
      own.add(digests, block, layout, tables, h, factor, out, at + h * outStride, unbiased);
    }
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
    scalar.sketchFloat(
        digests, block, layout, rotated, heads, factor, out, at, outStride, unbiased);
  }

  @Override
  public float logSumExp(float[] x, int from, int count) {
    return scalar.logSumExp(x, from, count);
  }
}

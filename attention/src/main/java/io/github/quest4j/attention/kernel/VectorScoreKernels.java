package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The Vector API's scoring loops, a class per kind. */
final class VectorScoreKernels implements ScoreKernels {

  private final ScalarScoreKernels scalar = new ScalarScoreKernels();
  private final MethodHandle bounds = VectorBounds.handle();
  private final MethodHandle dots = CompiledApart.function(MethodHandles.lookup(), "dotsOfBlock");

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
    try {
      dots.invokeExact(type, rows, offset, dim, q, heads, out, at, outStride);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  static void dotsOfBlock(
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
    try {
      for (int h = 0; h < heads; h++) {
        bounds.invokeExact(
            digests, block, headDim, q, h * headDim, sums[h], out, at + h * outStride);
      }
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
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
    sketches.get().add(digests, block, layout, tables, heads, factor, out, at, outStride, unbiased);
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

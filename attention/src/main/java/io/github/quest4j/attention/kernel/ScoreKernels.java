package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The loops of scoring. Digests are {@code count} of them, {@code stride} bytes apart, for up to a
 * group of query heads at once; results go to {@code out[at + head * outStride + i]}.
 *
 * <p>Kernels on halves may read up to {@link #SLACK} bytes behind the last digest.
 */
public interface ScoreKernels {

  /** Bytes behind the last digest that must be readable. */
  int SLACK = 64;

  /** Query heads are worked on in chunks of so many; arranged queries are padded to it. */
  int HEADS = 4;

  /** Floats of one arranged query. */
  int arranged(int dim);

  /**
   * Lays {@code dim} channels out as the kernels on halves read them; the rest of the {@link
   * #arranged} floats becomes 0.
   */
  void arrange(float[] source, int offset, int dim, float[] target, int targetOffset);

  /** Makes the tables of one rotated query, {@link SketchTables#fill} being the specification. */
  void fillTables(SketchTables tables, int head, float[] rotated, int at);

  /**
   * {@code out += factor * (row . q)} of rows of halves.
   *
   * @param q arranged, {@code [heads rounded up to HEADS, arranged]}
   */
  void addDotsHalf(
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
      int outStride);

  /** The same of floats; {@code q} is plain, {@code [heads, dim]}. */
  void addDotsFloat(
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
      int outStride);

  /**
   * {@code out = log sum_j exp(factor * x_j)}, with {@code x_j} the estimated product of the query
   * and token j's residual, from a page's signs and scales in halves (see {@link SketchLayout}).
   *
   * @param tables see {@link SketchTables}
   * @param factor of the estimate: the attention's scale
   * @param unbiased like {@code out}, from the unbiased scales; empty where it is not wanted
   */
  void sketchHalf(
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
      float[] unbiased);

  /**
   * The same from scales in floats and without quantising the query.
   *
   * @param scalesOffset where in the digest the scales begin
   * @param rotated {@code [heads, dim]}
   */
  void sketchFloat(
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
      int outStride);

  /** {@code log sum_i exp(x_i)} of {@code count > 0} numbers. */
  float logSumExp(float[] x, int from, int count);
}

package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The loops of scoring: the digests of a block, one page in each of {@link #LANES} lanes, for up to
 * a group of query heads. Results go to {@code out[at + head * outStride + lane]}.
 *
 * <p>Kernels may read up to {@link #SLACK} bytes behind a block.
 */
public interface ScoreKernels {

  /** Pages of a block. */
  int LANES = SketchLayout.LANES;

  /** Bytes behind the last block that must be readable. */
  int SLACK = 64;

  /** What queries must be multiplied with before {@link #dots} reads digests of that type. */
  float queryFactor(KvType type);

  /**
   * Brings {@code count} bytes to the first-level cache in their order, before several loops read
   * parts of them; changes nothing.
   */
  void fetch(MemorySegment digests, long offset, int count);

  /** Makes the tables of one rotated query, {@link SketchTables#fill} being the specification. */
  void fillTables(SketchTables tables, int head, float[] rotated, int at);

  /**
   * {@code out = row . q} for the row of each lane.
   *
   * @param rows laid out as the keys of 16 tokens, see {@link KeyLayout}
   * @param dim channels of a row
   * @param q {@code [heads, dim]}, times {@link #queryFactor}
   */
  void dots(
      KvType type,
      MemorySegment rows,
      long offset,
      int dim,
      float[] q,
      int heads,
      float[] out,
      int at,
      int outStride);

  /**
   * {@code out = sum_c q_c b_c}, b being the channel's maximum where q_c is positive and its
   * minimum elsewhere, of a block as {@link BoundsLayout} says.
   *
   * @param q {@code [heads, headDim]}
   * @param sums {@code [heads]}, of each query's channels
   */
  void bounds(
      MemorySegment digests,
      long block,
      int headDim,
      float[] q,
      float[] sums,
      int heads,
      float[] out,
      int at,
      int outStride);

  /**
   * {@code out += log sum_j exp(factor * x_j)}, with {@code x_j} the estimated product of the query
   * and token j's residual, from a block's signs and scales in halves (see {@link SketchLayout}).
   *
   * @param tables see {@link SketchTables}
   * @param factor of the estimate: the attention's scale
   * @param unbiased becomes what {@code out} was plus the same sum by the unbiased scales; empty
   *     where it is not wanted
   */
  void sketchHalf(
      MemorySegment digests,
      long block,
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
   * @param rotated {@code [heads, dim]}
   */
  void sketchFloat(
      MemorySegment digests,
      long block,
      SketchLayout layout,
      float[] rotated,
      int heads,
      float factor,
      float[] out,
      int at,
      int outStride,
      float[] unbiased);

  /** {@code log sum_i exp(x_i)} of {@code count > 0} numbers. */
  float logSumExp(float[] x, int from, int count);
}

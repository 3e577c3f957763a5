package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.ScoreKernels;

/**
 * A query as a scorer wants it. Made once per worker by {@link PageScorer#scratch} and filled by
 * {@link PageScorer#prepare}; scoring only reads it, so several workers may score with one.
 */
public abstract sealed class ScoreScratch
    permits PairScorer.Query, BoundsScorer.Query, SketchScorer.Query, OracleScorer.Query {

  private final int headDim;
  private final int maxGroup;
  private int queryHeads;
  private float scale;
  final float[] block; // [maxGroup, 16] scores of a block of which only some are wanted
  final float[] blockMasses; // the same of masses

  ScoreScratch(int headDim, int maxGroup) {
    this.headDim = headDim;
    this.maxGroup = maxGroup;
    block = new float[maxGroup * ScoreKernels.LANES];
    blockMasses = new float[block.length];
  }

  void set(int headDim, int queryHeads, float scale) {
    if (headDim > this.headDim || queryHeads > maxGroup || queryHeads < 1) {
      throw new IllegalArgumentException(
          "scratch for "
              + maxGroup
              + " heads of "
              + this.headDim
              + " channels cannot hold "
              + queryHeads
              + " of "
              + headDim);
    }
    this.queryHeads = queryHeads;
    this.scale = scale;
  }

  int maxGroup() {
    return maxGroup;
  }

  int queryHeads() {
    return queryHeads;
  }

  float scale() {
    return scale;
  }
}

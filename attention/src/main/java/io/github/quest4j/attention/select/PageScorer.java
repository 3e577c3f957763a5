package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.DigestFormat;
import io.github.quest4j.attention.kv.KvCache;

/**
 * Criticality of full pages for a query, from the pages' digests. Immutable and thread-safe. The
 * score of a page depends on that page and the query alone, not on the range it is scored in.
 */
public interface PageScorer {

  /**
   * The scorer of that name, with the fastest kernels: {@code sketch}, {@code minmax}, {@code
   * minmax8}, {@code shrunk}, {@code meanstd}, {@code oracle}.
   *
   * @throws IllegalArgumentException naming the scorers there are
   */
  static PageScorer of(String name) {
    return of(name, Kernels.best());
  }

  /** The scorer of that name, with given kernels. */
  static PageScorer of(String name, Kernels kernels) {
    return switch (name) {
      case "sketch" -> new SketchScorer(kernels);
      case "minmax" -> PairScorer.minMax(kernels);
      case "minmax8" -> new BoundsScorer(kernels);
      case "shrunk" -> PairScorer.shrunk(kernels);
      case "meanstd" -> PairScorer.meanStd(kernels);
      case "oracle" -> new OracleScorer(kernels);
      default ->
          throw new IllegalArgumentException(
              "unknown scorer: "
                  + name
                  + " (known: sketch, minmax, minmax8, shrunk, meanstd, oracle)");
    };
  }

  /** The name used on the command line. */
  String name();

  /** The digest it reads; the pool must have been opened with this format. */
  DigestFormat digest();

  /** Whether scores are log masses, so that the heads of a group combine as shares. */
  boolean logMass();

  /** Whether it can tell the mass of a page well enough to say what was missed. */
  boolean estimatesMass();

  /** A holder of prepared queries of up to {@code maxGroup} query heads. */
  ScoreScratch scratch(int headDim, int maxGroup, int pageSize);

  /**
   * Prepares the query heads of one KV head.
   *
   * @param q {@code [queryHeads, headDim]} at {@code qOffset}, after RoPE, unscaled
   * @param scale factor of q.k in the attention, usually 1/sqrt(headDim)
   */
  void prepare(
      KvCache cache,
      int layer,
      int kvHead,
      float[] q,
      int qOffset,
      int queryHeads,
      float scale,
      ScoreScratch scratch);

  /**
   * Scores logical pages {@code fromPage .. toPage-1}, all of them full and kept, for the query in
   * {@code scratch}.
   *
   * @param scores written at {@code scoresOffset + h * stride + page}
   * @param masses same shape: log masses by the unbiased estimate where {@link #estimatesMass};
   *     untouched otherwise. An empty array where nobody wants them.
   */
  void scorePrepared(
      KvCache cache,
      int layer,
      int kvHead,
      int fromPage,
      int toPage,
      float[] scores,
      int scoresOffset,
      int stride,
      float[] masses,
      ScoreScratch scratch);

  /**
   * How uncertain masses are: the standard deviation of each page's log mass, for the query in
   * {@code scratch}. Nothing is written where masses are exact or not estimated.
   *
   * @param out written at {@code offset + h * stride + page}
   */
  default void deviations(
      KvCache cache,
      int layer,
      int kvHead,
      int fromPage,
      int toPage,
      float[] out,
      int offset,
      int stride,
      ScoreScratch scratch) {}

  /** {@link #prepare} and {@link #scorePrepared} in one. */
  default void score(
      KvCache cache,
      int layer,
      int kvHead,
      float[] q,
      int qOffset,
      int queryHeads,
      float scale,
      int fromPage,
      int toPage,
      float[] scores,
      int scoresOffset,
      int stride,
      float[] masses,
      ScoreScratch scratch) {
    prepare(cache, layer, kvHead, q, qOffset, queryHeads, scale, scratch);
    scorePrepared(
        cache, layer, kvHead, fromPage, toPage, scores, scoresOffset, stride, masses, scratch);
  }
}

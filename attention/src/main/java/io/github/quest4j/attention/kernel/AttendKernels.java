package io.github.quest4j.attention.kernel;

/**
 * Exact attention over pages.
 *
 * <p>A partial result of one query head is {@code [m, l, acc[headDim]]}: the greatest score, the
 * sum of {@code exp(score - m)} and the values weighted by it, so that parts merge in any order and
 * {@code m + log(l)} is the log-sum-exp. Nothing of a result depends on the thread that makes it.
 */
public interface AttendKernels {

  /**
   * Attends the query heads of one KV head to a run of pages, each page read once.
   *
   * @param q queries {@code [heads, headDim]} at {@code qOffset}
   * @param scale factor of the scores, 1/sqrt(headDim) in most models
   * @param partial results {@code [heads, headDim + 2]} at {@code partialOffset}
   */
  void attend(
      PageRun run,
      float[] q,
      int qOffset,
      int heads,
      float scale,
      AttendScratch scratch,
      float[] partial,
      int partialOffset);

  /**
   * The scaled scores q.k of every token of a run; minus infinity for a token that takes no part.
   *
   * @param scores {@code [heads, stride]}, the run's token 0 at {@code scoresOffset}; room for
   *     {@link PageRun#tokens()} a head
   */
  void scores(
      PageRun run,
      float[] q,
      int qOffset,
      int heads,
      float scale,
      AttendScratch scratch,
      float[] scores,
      int scoresOffset,
      int stride);

  /**
   * Causal attention of a tile of queries over the pages that they see.
   *
   * @param run pages in the order of the sequence
   * @param firstToken position of the run's token 0 in the sequence
   */
  void attendTile(PageRun run, int firstToken, QueryTile tile, TileScratch scratch);

  /** The sum of {@code exp(x[i] - shift)} over {@code count} elements. */
  double sumExp(float[] x, int offset, int count, float shift);

  /** The greatest of {@code count} elements; minus infinity for none. */
  float max(float[] x, int offset, int count);

  /** Replaces each element by {@code exp(x[i] - shift)} and returns their sum. */
  double expInPlace(float[] x, int offset, int count, float shift);

  /** {@code y[i] = max(x[i], y[i])}. */
  void maxInto(float[] x, int xOffset, float[] y, int yOffset, int count);

  /** {@code y[i] += factor * x[i]}. */
  void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int count);

  /** How many of {@code count} elements are at least {@code threshold}. */
  int countAtLeast(float[] x, int offset, int count, float threshold);

  /**
   * Writes the indexes i in {@code from .. to-1} with {@code x[offset + i] >= threshold} in
   * ascending order.
   *
   * @param indexes room for {@code to - from}
   * @return how many there are
   */
  int atLeast(float[] x, int offset, int from, int to, float threshold, int[] indexes);
}

package io.github.quest4j.attention.kernel;

/**
 * A tile of consecutive prefill queries of the query heads of one KV head, and where their results
 * go. Long-lived and refilled; belongs to one worker.
 */
public final class QueryTile {

  float[] q = new float[0]; // [queries, qStride], the heads' channels at qOffset
  int qOffset;
  int qStride;
  float[] out = new float[0]; // [queries, outStride], the heads' channels at outOffset
  int outOffset;
  int outStride;
  float[] lse = new float[0]; // [queries, lseStride], the heads' log-sum-exps at lseOffset
  int lseOffset;
  int lseStride;
  int queries;
  int heads;
  int position;
  int window;
  float scale;

  /**
   * Sets the shape.
   *
   * @param queries consecutive tokens
   * @param heads query heads that share the KV head
   * @param position of the first query in its sequence
   * @param window tokens that a query sees, itself included; 0 for all
   * @param scale factor of the scores
   */
  public void shape(int queries, int heads, int position, int window, float scale) {
    this.queries = queries;
    this.heads = heads;
    this.position = position;
    this.window = window;
    this.scale = scale;
  }

  /** Where the queries {@code [queries, heads, headDim]} lie. */
  public void queries(float[] q, int offset, int stride) {
    this.q = q;
    this.qOffset = offset;
    this.qStride = stride;
  }

  /** Where the results {@code [queries, heads, headDim]} go. */
  public void results(float[] out, int offset, int stride) {
    this.out = out;
    this.outOffset = offset;
    this.outStride = stride;
  }

  /** Where the log-sum-exps {@code [queries, heads]} go. */
  public void logSumExps(float[] lse, int offset, int stride) {
    this.lse = lse;
    this.lseOffset = offset;
    this.lseStride = stride;
  }

  /** First position that the query at {@code position} sees. */
  int firstSeen(int position) {
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }
}

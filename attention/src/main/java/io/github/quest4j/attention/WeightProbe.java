package io.github.quest4j.attention;

/**
 * Sees the attention weights of the rows from which tokens are predicted: of every decode step, and
 * of the last row of every prompt piece, in the layers that see the whole context; see {@link
 * SequenceAttention#weightProbe}. Called by the thread that drives the steps. A step that was given
 * up is seen again when it is repeated.
 */
@FunctionalInterface
public interface WeightProbe {

  /**
   * A layer has attended.
   *
   * @param position of the row's token; it sees that token and those before it
   * @param weights {@code [queryHeads, stride]}, of which the first {@code position + 1} of a head
   *     sum to 1 and are 0 for what was not read; not to be kept or written
   */
  void attended(int layer, int position, int queryHeads, float[] weights, int stride);
}

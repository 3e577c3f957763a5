package io.github.quest4j.attention;

import io.github.quest4j.attention.select.PageList;

/**
 * Sees the attention weights of the rows from which tokens are predicted: of every decode step, and
 * of the last row of every prompt piece, in the layers that see the whole context; see {@link
 * SequenceAttention#weightProbe}. Called by the thread that drives the steps. A step that was given
 * up is seen again when it is repeated.
 */
@FunctionalInterface
public interface WeightProbe {

  /** What the query heads of one row gave to what they read; not to be kept or written. */
  interface Weights {

    /** Query heads of the layer. */
    int queryHeads();

    /** The pages that a query head read, ascending. What is in no page got nothing. */
    PageList pages(int queryHead);

    /** The weights, of which {@link #offset} tells where a head's begin. */
    float[] values();

    /**
     * Where the weights {@code [pages, pageSize]} of a query head begin. They sum to 1; tokens that
     * were not read, or come behind the row, have 0.
     */
    int offset(int queryHead);
  }

  /**
   * A layer has attended.
   *
   * @param position of the row's token; it sees that token and those before it
   */
  void attended(int layer, int position, Weights weights);
}

package io.github.quest4j.attention;

/**
 * Sees what the decode steps of a sequence read, for evaluation; see {@link
 * SequenceAttention#probe}. Called by the thread that drives the steps.
 */
@FunctionalInterface
public interface StepProbe {

  /**
   * A layer of a decode step has attended. The sequence's cache holds the current token's key and
   * value in that layer, up to its {@code extent()}.
   *
   * @param q {@code [queryHeads, headDim]} at {@code qOffset}, after RoPE, unscaled; not to be kept
   * @param read what was read; not to be kept
   */
  void attended(SequenceAttention sequence, int layer, float[] q, int qOffset, StepView read);
}

package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.model.compute.Activation;

/**
 * The operations on single rows of activations. {@link ScalarRowKernels} is their specification.
 */
interface RowKernels {

  /**
   * {@code out = x / sqrt(mean(x^2) + epsilon) * weight}, over {@code n} values; {@code out} may be
   * {@code x}.
   */
  void rmsNorm(
      float[] x, int xOffset, float[] weight, int n, float epsilon, float[] out, int outOffset);

  /**
   * Rotates one head in place.
   *
   * @param cos {@code [pairs]} from {@code angleOffset}
   */
  void rope(
      float[] x,
      int offset,
      int pairs,
      boolean interleaved,
      float[] cos,
      float[] sin,
      int angleOffset);

  /** {@code gate = activation(gate) * up}. */
  void gated(Activation activation, float[] gate, float[] up, int offset, int n);

  /** {@code x += y}. */
  void add(float[] x, int xOffset, float[] y, int yOffset, int n);
}

package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.attention.kernel.Exponential;
import io.github.quest4j.model.compute.Activation;

/**
 * Parts of {@link VectorRowKernels} in plain loops, with the bits of vectors: the JIT makes them
 * fast sooner.
 */
final class ColdRowKernels {

  static final float SQRT_8_OVER_PI = (float) Math.sqrt(8 / Math.PI);

  /** Bound of the exponents of activations: beyond it a sigmoid is 0 or 1 to a float. */
  static final float EXP_LIMIT = 80;

  private static final int CHAINS = 16;

  private ColdRowKernels() {}

  /** {@code 1 / sqrt(mean(x^2) + epsilon)}, as fast as by vectors. */
  static float rmsScale(float[] x, int offset, int n, float epsilon) {
    int whole = offset + n / CHAINS * CHAINS;
    double sum = squares(x, offset, whole);
    for (int i = whole; i < offset + n; i++) {
      sum += (double) x[i] * x[i];
    }
    return (float) (1 / Math.sqrt(sum / n + epsilon));
  }

  /** The sum of squares, in sixteen chains that do not wait for each other. */
  private static float squares(float[] x, int from, int to) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    float s8 = 0;
    float s9 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s14 = 0;
    float s15 = 0;
    for (int i = from; i < to; i += CHAINS) {
      s0 = Math.fma(x[i], x[i], s0);
      s1 = Math.fma(x[i + 1], x[i + 1], s1);
      s2 = Math.fma(x[i + 2], x[i + 2], s2);
      s3 = Math.fma(x[i + 3], x[i + 3], s3);
      s4 = Math.fma(x[i + 4], x[i + 4], s4);
      s5 = Math.fma(x[i + 5], x[i + 5], s5);
      s6 = Math.fma(x[i + 6], x[i + 6], s6);
      s7 = Math.fma(x[i + 7], x[i + 7], s7);
      s8 = Math.fma(x[i + 8], x[i + 8], s8);
      s9 = Math.fma(x[i + 9], x[i + 9], s9);
      s10 = Math.fma(x[i + 10], x[i + 10], s10);
      s11 = Math.fma(x[i + 11], x[i + 11], s11);
      s12 = Math.fma(x[i + 12], x[i + 12], s12);
      s13 = Math.fma(x[i + 13], x[i + 13], s13);
      s14 = Math.fma(x[i + 14], x[i + 14], s14);
      s15 = Math.fma(x[i + 15], x[i + 15], s15);
    }
    float a0 = s0 + s8 + (s4 + s12);
    float a1 = s1 + s9 + (s5 + s13);
    float a2 = s2 + s10 + (s6 + s14);
    float a3 = s3 + s11 + (s7 + s15);
    return a0 + a2 + (a1 + a3);
  }

  /** As {@link RowKernels#gated}. */
  static void gated(Activation activation, float[] gate, float[] up, int offset, int n) {
    boolean silu = activation == Activation.SILU;
    for (int i = offset; i < offset + n; i++) {
      float x = gate[i];
      // Both functions are x * sigmoid(z): GELU's 0.5 (1 + tanh u) is sigmoid(2u).
      float z = silu ? x : (x * x * 0.044715f + 1f) * x * SQRT_8_OVER_PI;
      float sigmoidInverse = Exponential.exp(Math.max(Math.min(-z, EXP_LIMIT), -EXP_LIMIT)) + 1f;
      gate[i] = x / sigmoidInverse * up[i];
    }
  }
}

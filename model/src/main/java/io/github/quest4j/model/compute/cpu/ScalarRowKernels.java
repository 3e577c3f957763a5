package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.model.compute.Activation;

/** Row operations as their definitions read. */
final class ScalarRowKernels implements RowKernels {

  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, int n, float epsilon, float[] out, int outOffset) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) x[xOffset + i] * x[xOffset + i];
    }
    float scale = (float) (1 / Math.sqrt(sum / n + epsilon));
    for (int i = 0; i < n; i++) {
      out[outOffset + i] = x[xOffset + i] * scale * weight[i];
    }
  }

  @Override
  public void rope(
      float[] x,
      int offset,
      int pairs,
      boolean interleaved,
      float[] cos,
      float[] sin,
      int angleOffset) {
    for (int i = 0; i < pairs; i++) {
      int a = offset + (interleaved ? 2 * i : i);
      int b = interleaved ? a + 1 : a + pairs;
      float c = cos[angleOffset + i];
      float s = sin[angleOffset + i];
      float xa = x[a];
      float xb = x[b];
      x[a] = xa * c - xb * s;
      x[b] = xa * s + xb * c;
    }
  }

  @Override
  public void gated(Activation activation, float[] gate, float[] up, int offset, int n) {
    for (int i = offset; i < offset + n; i++) {
      double x = gate[i];
      double activated =
          switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU -> 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
          };
      gate[i] = (float) (activated * up[i]);
    }
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int n) {
    for (int i = 0; i < n; i++) {
      x[xOffset + i] += y[yOffset + i];
    }
  }
}

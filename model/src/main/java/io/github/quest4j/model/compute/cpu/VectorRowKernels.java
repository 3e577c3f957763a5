package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.attention.kernel.VectorMath;
import io.github.quest4j.attention.kernel.VectorShapes;
import io.github.quest4j.attention.kernel.Young;
import io.github.quest4j.model.compute.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Row operations with the Vector API. */
final class VectorRowKernels implements RowKernels {

  private static final VectorSpecies<Float> SPECIES = VectorShapes.FLOATS;
  private static final int LANES = SPECIES.length();
  private static final float LIMIT = ColdRowKernels.EXP_LIMIT;
  private static final ScalarRowKernels TAIL = new ScalarRowKernels();

  // A prompt of 31 tokens through 32 layers.
  private final Young rows = new Young(1000);

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, int n, float epsilon, float[] out, int outOffset) {
    float scale = ColdRowKernels.rmsScale(x, xOffset, n, epsilon);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xOffset + i)
          .mul(scale)
          .mul(FloatVector.fromArray(SPECIES, weight, i))
          .intoArray(out, outOffset + i);
    }
    for (int i = bound; i < n; i++) {
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
    if (interleaved || pairs % LANES != 0) {
      TAIL.rope(x, offset, pairs, interleaved, cos, sin, angleOffset);
      return;
    }
    for (int i = 0; i < pairs; i += LANES) {
      FloatVector c = FloatVector.fromArray(SPECIES, cos, angleOffset + i);
      FloatVector s = FloatVector.fromArray(SPECIES, sin, angleOffset + i);
      FloatVector a = FloatVector.fromArray(SPECIES, x, offset + i);
      FloatVector b = FloatVector.fromArray(SPECIES, x, offset + pairs + i);
      a.mul(c).sub(b.mul(s)).intoArray(x, offset + i);
      a.mul(s).add(b.mul(c)).intoArray(x, offset + pairs + i);
    }
  }

  @Override
  public void gated(Activation activation, float[] gate, float[] up, int offset, int n) {
    if (rows.next()) {
      ColdRowKernels.gated(activation, gate, up, offset, n);
    } else {
      vectors(activation, gate, up, offset, n);
    }
  }

  static void vectors(Activation activation, float[] gate, float[] up, int offset, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = offset; i < offset + bound; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, gate, i);
      // Both functions are x * sigmoid(z): GELU's 0.5 (1 + tanh u) is sigmoid(2u).
      FloatVector z =
          activation == Activation.SILU
              ? x
              : x.mul(x).mul(0.044715f).add(1f).mul(x).mul(ColdRowKernels.SQRT_8_OVER_PI);
      FloatVector sigmoidInverse = VectorMath.exp(z.neg().min(LIMIT).max(-LIMIT)).add(1f);
      x.div(sigmoidInverse).mul(FloatVector.fromArray(SPECIES, up, i)).intoArray(gate, i);
    }
    ColdRowKernels.gated(activation, gate, up, offset + bound, n - bound);
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xOffset + i)
          .add(FloatVector.fromArray(SPECIES, y, yOffset + i))
          .intoArray(x, xOffset + i);
    }
    TAIL.add(x, xOffset + bound, y, yOffset + bound, n - bound);
  }
}

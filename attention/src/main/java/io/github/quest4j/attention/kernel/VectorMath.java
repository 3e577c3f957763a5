package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Exponential and logarithm of float vectors, to about 1e-7 relative. */
public final class VectorMath {

  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

  private VectorMath() {}

  /** {@code e^x} for x in -80..80, exactly 1 at 0, as {@link Exponential#exp}. */
  public static FloatVector exp(FloatVector x) {
    FloatVector rounded =
        x.fma(
            FloatVector.broadcast(FLOATS, Exponential.LOG2_E),
            FloatVector.broadcast(FLOATS, Exponential.ROUND));
    IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector r =
        rounded.sub(Exponential.ROUND).fma(FloatVector.broadcast(FLOATS, -Exponential.LN2), x);
    FloatVector p = FloatVector.broadcast(FLOATS, Exponential.P6);
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P5));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P4));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P3));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P2));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /** {@code e^x} for x of at most 80; exactly 0 below -87, so a hidden token weighs nothing. */
  static FloatVector weight(FloatVector x) {
    return exp(x).blend(0f, x.lt(Exponential.WEIGHT_FLOOR));
  }

  /**
   * Adds {@code ln x} of positive normal numbers to rows of {@code count} of them, whole vectors:
   * {@code after[at + row * stride + i] = before[at + row * stride + i] + ln x[row * count + i]}.
   * With x = 2^n m, m in sqrt(1/2)..sqrt(2), and {@code s = (m-1)/(m+1)}, the logarithm is {@code n
   * ln 2 + 2 (s + s^3/3 + s^5/5 + ...)}, |s| < 0.172.
   */
  static void addLog(
      float[] x, int rows, int count, float[] before, float[] after, int at, int stride) {
    // One body without calls of our own: a caller that has inlined much already would leave those
    // as calls, which put every vector on the heap.
    int row = at;
    int end = count;
    for (int i = 0; i < rows * count; i += FLOATS.length()) {
      if (i == end) {
        row += stride - count;
        end += count;
      }
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      // Exponent such that the mantissa lies about 1.
      IntVector n = bits.sub(0x3f3504f3).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = bits.sub(n.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector exponent = (FloatVector) n.convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector s = m.sub(1f).div(m.add(1f));
      FloatVector square = s.mul(s);
      FloatVector p = FloatVector.broadcast(FLOATS, 2f / 9);
      p = p.fma(square, FloatVector.broadcast(FLOATS, 2f / 7));
      p = p.fma(square, FloatVector.broadcast(FLOATS, 2f / 5));
      p = p.fma(square, FloatVector.broadcast(FLOATS, 2f / 3));
      FloatVector tail = p.mul(square).fma(s, exponent.mul(LN2_LOW));
      FloatVector log = exponent.mul(LN2_HIGH).add(s.add(s).add(tail));
      FloatVector.fromArray(FLOATS, before, row + i).add(log).intoArray(after, row + i);
    }
  }
}

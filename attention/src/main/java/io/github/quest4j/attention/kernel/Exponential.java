package io.github.quest4j.attention.kernel;

/**
 * The exponential to about 1e-7 relative, with the operations of {@link VectorMath} one number at a
 * time, so the same bits: {@code 2^n} by the exponent's bits, and a polynomial of degree 6 fitted
 * for the least relative error (3e-9) over the reduced argument, |r| <= ln(2)/2.
 */
public final class Exponential {

  /** A weight below this exponent is 0. */
  static final float WEIGHT_FLOOR = -87f;

  static final float LOG2_E = (float) (1 / Math.log(2));
  static final float LN2 = (float) Math.log(2);

  /** Adding it leaves the nearest integer in the low bits of a float. */
  static final float ROUND = RoughExp.ROUND;

  static final float P6 = 0.0013814465f;
  static final float P5 = 0.008368781f;
  static final float P4 = 0.041668393f;
  static final float P3 = 0.1666652f;
  static final float P2 = 0.49999994f;

  private Exponential() {}

  /** {@code e^x} for x in -80..80, exactly 1 at 0. */
  public static float exp(float x) {
    float rounded = Math.fma(x, LOG2_E, ROUND);
    int exponent = Float.floatToRawIntBits(rounded) << 23;
    float r = Math.fma(rounded - ROUND, -LN2, x);
    float p = Math.fma(P6, r, P5);
    p = Math.fma(p, r, P4);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + exponent);
  }

  /** {@code e^x} for x of at most 80; exactly 0 below -87, so a hidden token weighs nothing. */
  static float weight(float x) {
    return x < WEIGHT_FLOOR ? 0f : exp(x);
  }
}

package io.github.quest4j.attention.kernel;

/**
 * The exponential to three thousandths, for sums over a page's tokens: a sketch's estimate of a
 * token's score is uncertain by a hundred times that. {@code 2^(n+r)} is {@code 2^n p(r)} with a
 * parabola p that is exact at -1/2, 0 and 1/2, so the whole is exactly 1 at 0 and has no steps.
 */
final class RoughExp {

  /** What an exponent is multiplied with. */
  static final float UNIT = (float) (1 / Math.log(2));

  /** Adding it leaves the nearest integer in the low bits of a float. */
  static final float ROUND = 0x1.8p23f;

  /** Exponents times {@link #UNIT} below this size need no care, nor do sums of results. */
  static final float RANGE = 80 * UNIT;

  /** Of r. */
  static final float LINEAR = (float) Math.sqrt(0.5);

  /** Of r squared. */
  static final float SQUARE = (float) (6 * Math.sqrt(0.5) - 4);

  private RoughExp() {}

  /** {@code 2^(x y)}, within the range. */
  static float ofProduct(float x, float y) {
    float rounded = Math.fma(x, y, ROUND);
    float r = Math.fma(x, y, ROUND - rounded);
    float p = Math.fma(Math.fma(SQUARE, r, LINEAR), r, 1f);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(rounded) << 23));
  }
}

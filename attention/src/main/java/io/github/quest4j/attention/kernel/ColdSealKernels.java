package io.github.quest4j.attention.kernel;

/**
 * {@link VectorSealKernels} in plain loops, the same bits, for a JVM that has compiled nothing yet.
 * Only the norms need more than the specification: they have an order of their own.
 */
final class ColdSealKernels extends ScalarSealKernels {

  private static final int LANES = VectorShapes.LANES;

  @Override
  public void signs(
      float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares) {
    super.signs(residuals, rows, dim, signs, sizes, squares);
    int whole = dim / LANES * LANES;
    for (int t = 0; t < rows; t++) {
      int at = t * dim;
      float size = sizes(residuals, at, at + whole, 0, 1);
      float square = squares(residuals, at, at + whole, 0, 1);
      for (int c = at + whole; c < at + dim; c++) {
        size += Math.abs(residuals[c]);
        square += residuals[c] * residuals[c];
      }
      sizes[t] = size;
      squares[t] = square;
    }
  }

  /** The sum over the lanes {@code lane, lane + step, ...}, added as {@link VectorShapes#sum}. */
  private static float sizes(float[] x, int from, int to, int lane, int step) {
    if (step < LANES) {
      return sizes(x, from, to, lane, 2 * step) + sizes(x, from, to, lane + step, 2 * step);
    }
    float sum = 0;
    for (int c = from + lane; c < to; c += LANES) {
      sum += Math.abs(x[c]);
    }
    return sum;
  }

  private static float squares(float[] x, int from, int to, int lane, int step) {
    if (step < LANES) {
      return squares(x, from, to, lane, 2 * step) + squares(x, from, to, lane + step, 2 * step);
    }
    float sum = 0;
    for (int c = from + lane; c < to; c += LANES) {
      sum = Math.fma(x[c], x[c], sum);
    }
    return sum;
  }
}

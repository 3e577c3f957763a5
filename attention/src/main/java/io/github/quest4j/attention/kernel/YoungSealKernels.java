package io.github.quest4j.attention.kernel;

/**
 * {@link VectorSealKernels}, and for the first pages {@link ColdSealKernels}, with the same bits.
 */
final class YoungSealKernels implements SealKernels {

  /** Pages of one KV head, that is some of the layers of one page of a sequence. */
  private static final int PAGES = 128;

  private final SealKernels cold = new ColdSealKernels();
  private final SealKernels vector = new VectorSealKernels();
  private final Young means = new Young(PAGES);
  private final Young rotations = new Young(PAGES);
  private final Young norms = new Young(PAGES);

  @Override
  public void minMax(float[] keys, int rows, int dim, float[] min, float[] max) {
    vector.minMax(keys, rows, dim, min, max);
  }

  @Override
  public void mean(float[] keys, int rows, int dim, float[] mean) {
    (means.next() ? cold : vector).mean(keys, rows, dim, mean);
  }

  @Override
  public void deviation(float[] keys, int rows, int dim, float[] mean, float[] deviation) {
    vector.deviation(keys, rows, dim, mean, deviation);
  }

  /** Of queries, at every decode step. */
  @Override
  public void rotate(float[] x, int at, Rotation rotation) {
    vector.rotate(x, at, rotation);
  }

  @Override
  public void residuals(float[] keys, int rows, Rotation rotation, float[] mean) {
    (rotations.next() ? cold : vector).residuals(keys, rows, rotation, mean);
  }

  @Override
  public void signs(
      float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares) {
    (norms.next() ? cold : vector).signs(residuals, rows, dim, signs, sizes, squares);
  }
}

package io.github.quest4j.attention.kernel;

/**
 * {@link VectorSealKernels}, and until the JIT has compiled what a sketch is made with {@link
 * ColdSealKernels}, with the same bits. A trial is a whole page.
 */
final class WarmingSealKernels implements SealKernels {

  private final SealKernels cold = new ColdSealKernels();
  private final SealKernels vector = new VectorSealKernels();
  private final Warmth means = new Warmth();
  private final Warmth rotations = new Warmth();
  private final Warmth norms = new Warmth();

  private SealKernels kernels(boolean trial) {
    return trial ? vector : cold;
  }

  @Override
  public void minMax(float[] keys, int rows, int dim, float[] min, float[] max) {
    vector.minMax(keys, rows, dim, min, max);
  }

  @Override
  public void mean(float[] keys, int rows, int dim, float[] mean) {
    if (means.warm()) {
      vector.mean(keys, rows, dim, mean);
      return;
    }
    boolean trial = means.tries();
    long start = System.nanoTime();
    kernels(trial).mean(keys, rows, dim, mean);
    means.ended(trial, System.nanoTime() - start, rows * dim);
  }

  @Override
  public void deviation(float[] keys, int rows, int dim, float[] mean, float[] deviation) {
    vector.deviation(keys, rows, dim, mean, deviation);
  }

  /** Of queries, at every decode step: by vectors at once. */
  @Override
  public void rotate(float[] x, int at, Rotation rotation) {
    vector.rotate(x, at, rotation);
  }

  @Override
  public void residuals(float[] keys, int rows, Rotation rotation, float[] mean) {
    if (rotations.warm()) {
      vector.residuals(keys, rows, rotation, mean);
      return;
    }
    boolean trial = rotations.tries();
    long start = System.nanoTime();
    kernels(trial).residuals(keys, rows, rotation, mean);
    rotations.ended(trial, System.nanoTime() - start, rows * rotation.dim());
  }

  @Override
  public void signs(
      float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares) {
    if (norms.warm()) {
      vector.signs(residuals, rows, dim, signs, sizes, squares);
      return;
    }
    boolean trial = norms.tries();
    long start = System.nanoTime();
    kernels(trial).signs(residuals, rows, dim, signs, sizes, squares);
    norms.ended(trial, System.nanoTime() - start, rows * dim);
  }
}

package io.github.quest4j.attention.kernel;

/** The loops that make digests, on the keys of one full page as floats {@code [rows, dim]}. */
public interface SealKernels {

  /** Channel-wise least and greatest key. */
  void minMax(float[] keys, int rows, int dim, float[] min, float[] max);

  /** Channel-wise mean. */
  void mean(float[] keys, int rows, int dim, float[] mean);

  /** Channel-wise standard deviation (of the population) about {@code mean}. */
  void deviation(float[] keys, int rows, int dim, float[] mean, float[] deviation);

  /** Rotates {@code x[at .. at+dim-1]} in place; {@link Rotation#apply} is the specification. */
  void rotate(float[] x, int at, Rotation rotation);

  /** Replaces every key by its rotated residual {@code R(k - mean)}. */
  void residuals(float[] keys, int rows, Rotation rotation, float[] mean);

  /**
   * Signs and norms of residuals.
   *
   * @param signs zeroed; {@code [rows, dim/16 rounded up]}, channel c sets bit c%16 where negative
   * @param sizes {@code [rows]}, becomes {@code |r|_1}
   * @param squares {@code [rows]}, becomes {@code |r|^2}
   */
  void signs(float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares);
}

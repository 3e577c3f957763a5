package io.github.quest4j.attention.kernel;

/**
 * The fixed rotation R of the sketch: {@code R x = H D x}.
 *
 * <p>D flips signs: channel i is negated if the top bit is set in the (i+1)-th output of splitmix64
 * seeded with {@link #SEED}, that is {@code mix(SEED + (i+1) * 0x9e3779b97f4a7c15)} with
 *
 * <pre>
 * mix(z): z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9; z = (z ^ z >>> 27) * 0x94d049bb133111eb; z ^ z >>> 31
 * </pre>
 *
 * H is block-diagonal: the head dim is split into its powers of two, the largest first (80 is 64
 * and 16), and each block of n channels is a Walsh-Hadamard matrix in natural order over sqrt(n). H
 * and D are orthogonal, so {@code q.k = Rq.Rk}.
 */
public final class Rotation {

  /** "Quest4J1" in ASCII. */
  public static final long SEED = 0x5175657374344a31L;

  private final int dim;
  private final float[] signs; // [dim], each 1 or -1 over the square root of its block's size

  /** The rotation of vectors of {@code dim} channels. */
  public Rotation(int dim) {
    this.dim = dim;
    signs = new float[dim];
    int at = 0;
    while (at < dim) {
      int block = Integer.highestOneBit(dim - at);
      float size = (float) (1 / Math.sqrt(block));
      for (int i = at; i < at + block; i++) {
        signs[i] = negated(i) ? -size : size;
      }
      at += block;
    }
  }

  private Rotation(int dim, float[] signs) {
    this.dim = dim;
    this.signs = signs;
  }

  /**
   * This rotation of vectors whose channels are multiplied first: {@code R diag(factors)}.
   *
   * @param factors {@code [dim]}
   */
  public Rotation of(float[] factors) {
    float[] scaled = new float[dim];
    for (int i = 0; i < dim; i++) {
      scaled[i] = signs[i] * factors[i];
    }
    return new Rotation(dim, scaled);
  }

  private static boolean negated(int channel) {
    long z = SEED + (channel + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return (z ^ z >>> 31) < 0;
  }

  /** Channels. */
  public int dim() {
    return dim;
  }

  /** D over the square roots of the block sizes. */
  float[] signs() {
    return signs;
  }

  /** Rotates {@code x[at .. at+dim-1]} in place. */
  public void apply(float[] x, int at) {
    for (int i = 0; i < dim; i++) {
      x[at + i] *= signs[i];
    }
    int from = at;
    while (from < at + dim) {
      int block = Integer.highestOneBit(at + dim - from);
      hadamard(x, from, block);
      from += block;
    }
  }

  /** Walsh-Hadamard transform of {@code block} numbers, in place. */
  static void hadamard(float[] x, int from, int block) {
    for (int distance = 1; distance < block; distance *= 2) {
      for (int i = from; i < from + block; i += 2 * distance) {
        for (int j = i; j < i + distance; j++) {
          float a = x[j];
          float b = x[j + distance];
          x[j] = a + b;
          x[j + distance] = a - b;
        }
      }
    }
  }
}

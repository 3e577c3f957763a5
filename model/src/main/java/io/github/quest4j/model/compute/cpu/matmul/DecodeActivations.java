package io.github.quest4j.model.compute.cpu.matmul;

import java.util.Arrays;

/**
 * Activations of the tokens of a decode step, prepared once for all matrices that they are
 * multiplied with: as they are, as sums over each 32 columns (for weights d q + m), and with each
 * 32 columns spread over 36 places, six ints of six, as {@link PackedFives} has them.
 *
 * <p>It refers to the buffer that it was prepared from.
 */
public final class DecodeActivations {
  static final int SPREAD = 36;
  private static final int BLOCK = 32;

  private float[] x = new float[0];
  private float[] sums = new float[0];
  private float[] spread = new float[0];
  private int offset;
  private int stride;
  private int tokens;
  private int columns;

  /**
   * Prepares {@code tokens} tokens; token t is {@code x[offset + t * stride ..]}.
   *
   * @throws IllegalArgumentException if x is too small
   */
  public void prepare(float[] x, int offset, int stride, int tokens, int columns) {
    MatmulWeights.checkBuffer("x", x.length, offset, stride, tokens, columns);
    this.x = x;
    this.offset = offset;
    this.stride = stride;
    this.tokens = tokens;
    this.columns = columns;
    int blocks = columns / BLOCK;
    if (sums.length < tokens * blocks) {
      sums = new float[tokens * blocks];
      spread = new float[tokens * blocks * SPREAD];
    }
    for (int token = 0; token < tokens; token++) {
      for (int block = 0; block < blocks; block++) {
        int from = offset + token * stride + block * BLOCK;
        int to = token * blocks + block;
        sums[to] = sum(x, from);
        System.arraycopy(x, from, spread, to * SPREAD, BLOCK);
        Arrays.fill(spread, to * SPREAD + BLOCK, (to + 1) * SPREAD, 0);
      }
    }
  }

  /** The sum of 32, in four chains that do not wait for each other. */
  private static float sum(float[] x, int at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int k = at; k < at + BLOCK; k += 4) {
      a += x[k];
      b += x[k + 1];
      c += x[k + 2];
      d += x[k + 3];
    }
    return a + b + (c + d);
  }

  /** Tokens prepared. */
  public int tokens() {
    return tokens;
  }

  /** Elements of a token. */
  public int columns() {
    return columns;
  }

  float[] values() {
    return x;
  }

  /** Floats from a token to the next. */
  int stride() {
    return stride;
  }

  /** Where a token's values begin. */
  int at(int token) {
    return offset + token * stride;
  }

  float[] sums() {
    return sums;
  }

  /** Where a token's sums begin, one for each 32 columns. */
  int sumsAt(int token) {
    return token * (columns / BLOCK);
  }

  float[] spread() {
    return spread;
  }

  /** Where a token's spread values begin. */
  int spreadAt(int token) {
    return token * (columns / BLOCK) * SPREAD;
  }
}

package io.github.quest4j.attention.kernel;

import java.util.Arrays;

/**
 * Rotated queries as tables of 16: entry v of the table of four channels is their sum with the
 * signs that the bits of v tell, quantised to six bits. A token's estimate is then a sum of one
 * entry per four channels.
 *
 * <p>With {@code m} the largest entry of a head's tables, {@code step = m / 31} and an entry is
 * {@code rint(sum / step) + 31}, in 0..62, so that four of them are summed in a byte; {@code Rq .
 * sign r ~ step * (sum of entries - 31 * tables)}. What the rounding adds to the variance of an
 * estimate is two thousandths of what the single bits of the keys do. Sums are made in channel
 * order, and the division is a product with {@code 31 / m}.
 */
public final class SketchTables {

  static final int ENTRIES = 16;
  static final int BIAS = 31;

  private final int dim;
  final int rows; // of eight channels, padded to whole pairs
  final int headBytes;
  final byte[] entries; // [heads, {low, high nibble}, rows padded to 8, 16]
  final float[] steps; // [heads]
  private final float[] most; // [heads], above the size of (a sum of entries - bias) * step

  /** Room for the tables of {@code heads} queries. */
  public SketchTables(int heads, int dim) {
    this.dim = dim;
    rows = 2 * ((dim + SketchLayout.CHANNELS - 1) / SketchLayout.CHANNELS);
    headBytes = 2 * lowBytes();
    entries = new byte[heads * headBytes];
    steps = new float[heads];
    most = new float[heads];
  }

  /** Channels of a query. */
  public int dim() {
    return dim;
  }

  /** Bytes from the tables of low nibbles to those of high ones. */
  int lowBytes() {
    return (rows + 7) / 8 * 8 * ENTRIES; // a kernel takes two vectors of at most four rows
  }

  /** What the sum of a token's entries is above the quantised estimate. */
  int bias() {
    return BIAS * 2 * rows;
  }

  /**
   * What the sum of a token's entries less the bias is multiplied with, besides the token's scale,
   * for {@link RoughExp}.
   */
  float unit(int head, float factor) {
    return steps[head] * factor * RoughExp.UNIT;
  }

  /** No such product is larger than this times the scale. */
  float most(int head, float factor) {
    return most[head] * factor * RoughExp.UNIT;
  }

  /** Fills in head {@code head} from its rotated query. */
  void fill(int head, float[] rotated, int at) {
    float inverse = setStep(head, rotated, at);
    int base = head * headBytes;
    Arrays.fill(entries, base, base + headBytes, (byte) 0);
    for (int c = 0; c < rows * 8; c += 4) {
      int table = base + (c / 8) * ENTRIES + ((c & 4) == 0 ? 0 : lowBytes());
      for (int v = 0; v < ENTRIES; v++) {
        float sum = c < dim ? sum(rotated, at + c, v, false) : 0;
        entries[table + v] = (byte) ((int) Math.rint(sum * inverse) + BIAS);
      }
    }
  }

  /** Sets a head's step and gives its inverse. */
  float setStep(int head, float[] rotated, int at) {
    float largest = 0;
    float all = 0;
    for (int c = 0; c < dim; c += 4) {
      float size = sum(rotated, at + c, 0, true);
      largest = Math.max(largest, size);
      all += size;
    }
    boolean some = largest > Float.MIN_NORMAL * BIAS * 4;
    steps[head] = some ? largest / BIAS : 0;
    most[head] = 1.001f * (all + steps[head] * 2 * rows); // an entry is rounded by half a step
    return some ? BIAS / largest : 0;
  }

  /** The four channels' sum; of their sizes, or with channel i negated where bit i is set. */
  static float sum(float[] x, int at, int bits, boolean sizes) {
    float sum = 0;
    for (int i = 0; i < 4; i++) {
      float value = x[at + i];
      boolean negate = sizes ? value < 0 : (bits >> i & 1) != 0;
      sum += negate ? -value : value;
    }
    return sum;
  }
}

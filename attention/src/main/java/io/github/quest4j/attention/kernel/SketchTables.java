package io.github.quest4j.attention.kernel;

import java.util.Arrays;

/**
 * Rotated queries as tables of 16: entry v of the table of four channels is their sum with the
 * signs that the bits of v tell, quantised to a byte. A token's estimate is then a sum of one entry
 * per four channels.
 *
 * <p>With {@code m} the largest entry of a head's tables, {@code step = m / 127} and an entry is
 * {@code rint(sum / step) + 127}, in 0..254; {@code Rq . sign r ~ step * (sum of entries - 127 *
 * tables)}. Sums are made in channel order, and the division is a product with {@code 127 / m}.
 */
public final class SketchTables {

  static final int ENTRIES = 16;
  static final int BIAS = 127;

  private final int dim;
  final int rows; // of eight channels, padded to whole pairs
  final int headBytes;
  final byte[] entries; // [heads, {low, high nibble}, rows padded to 4, 16]
  final float[] steps; // [heads]

  /** Room for the tables of {@code heads} queries. */
  public SketchTables(int heads, int dim) {
    this.dim = dim;
    rows = 2 * ((dim + SketchLayout.CHANNELS - 1) / SketchLayout.CHANNELS);
    headBytes = 2 * lowBytes();
    // A kernel takes heads in pairs.
    entries = new byte[(heads + 1) / 2 * 2 * headBytes];
    steps = new float[(heads + 1) / 2 * 2];
  }

  /** Channels of a query. */
  public int dim() {
    return dim;
  }

  /** Bytes from the tables of low nibbles to those of high ones. */
  int lowBytes() {
    return (rows + 3) / 4 * 4 * ENTRIES;
  }

  /** What the sum of a token's entries is above the quantised estimate. */
  int bias() {
    return BIAS * 2 * rows;
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
    float most = 0;
    for (int c = 0; c < dim; c += 4) {
      most = Math.max(most, sum(rotated, at + c, 0, true));
    }
    boolean some = most > Float.MIN_NORMAL * BIAS * 4;
    steps[head] = some ? most / BIAS : 0;
    return some ? BIAS / most : 0;
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

package io.github.quest4j.benchmarks;

import java.util.Arrays;

/**
 * Keys, values and queries of one layer, drawn from a seed: the same for the same seed, whatever
 * the pieces they are drawn in.
 *
 * <p>A channel of a key is {@code offset + strength * (0.8 walk + 0.6 noise)}: the walk remembers
 * 98 % of itself from token to token, so that tokens of a page resemble each other and pages
 * differ; one channel in sixteen is strong, four times as wide and far from zero, as in real
 * models. Values have neither offsets nor strong channels. Queries are noise with the same strong
 * channels, so that the scores of pages spread over several units after scaling and which pages are
 * chosen is not given by their place.
 */
final class SeededKv {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final float TRIANGLE = (float) (Math.sqrt(6) / 65_536); // to a variance of 1
  private static final float MEMORY = 0.98f;
  private static final float FRESH = (float) Math.sqrt(1 - MEMORY * MEMORY);
  private static final int STRONG_EVERY = 16;
  private static final float STRONG = 4;
  private static final float WALK = 0.8f;
  private static final float NOISE = 0.6f;

  private final long seed;
  private final int headDim;
  private final float[] offset; // [kvHeads, headDim]
  private final float[] strength; // [kvHeads, headDim]
  private final float[] keyWalk; // [kvHeads, headDim]
  private final float[] valueWalk; // [kvHeads, headDim]
  private final float[] plain; // [kvHeads, headDim]
  private final float[] zero; // [kvHeads, headDim]

  SeededKv(long seed, int layer, int kvHeads, int headDim) {
    this.seed = mix(mix(seed) + layer);
    this.headDim = headDim;
    int row = kvHeads * headDim;
    offset = new float[row];
    strength = new float[row];
    keyWalk = new float[row];
    valueWalk = new float[row];
    plain = new float[row];
    zero = new float[row];
    Arrays.fill(plain, 1);
    for (int i = 0; i < row; i++) {
      long bits = mix(this.seed - (i + 1) * GOLDEN);
      boolean strong = Long.remainderUnsigned(bits >>> 32, STRONG_EVERY) == 0;
      strength[i] = strong ? STRONG : 1;
      offset[i] = triangle((int) bits) * (strong ? STRONG : 0.3f);
      keyWalk[i] = triangle((int) mix(bits));
      valueWalk[i] = triangle((int) mix(~bits));
    }
  }

  /** Floats of a row: {@code kvHeads * headDim}. */
  int row() {
    return offset.length;
  }

  /**
   * The next tokens of one KV head.
   *
   * @param first position of the first of them; those before it have been drawn
   * @param keys {@code [tokens, kvHeads * headDim]}; the head's part is written
   * @param values likewise
   */
  void draw(int head, int first, int tokens, float[] keys, float[] values) {
    int from = head * headDim;
    for (int token = 0; token < tokens; token++) {
      long at = (first + token) * 2L * row();
      int to = token * row();
      draw(seed + at * GOLDEN, from, keyWalk, offset, strength, keys, to);
      draw(seed + (at + row()) * GOLDEN, from, valueWalk, zero, plain, values, to);
    }
  }

  private void draw(
      long base, int from, float[] walk, float[] offset, float[] strength, float[] out, int to) {
    for (int c = from; c < from + headDim; c++) {
      long bits = mix(base + c * GOLDEN);
      float next = MEMORY * walk[c] + FRESH * triangle((int) bits);
      walk[c] = next;
      float noise = triangle((int) (bits >>> 32));
      out[to + c] = offset[c] + strength[c] * (WALK * next + NOISE * noise);
    }
  }

  /**
   * The queries of one step.
   *
   * @param q {@code [queryHeads, headDim]}, written; the heads of a KV head stand together
   */
  void drawQueries(int step, int queryHeads, float[] q) {
    int group = queryHeads * headDim / row();
    for (int i = 0; i < queryHeads * headDim; i++) {
      int channel = i / headDim / group * headDim + i % headDim;
      long bits = mix(~seed + (step * (long) queryHeads * headDim + i) * GOLDEN);
      q[i] = strength[channel] * triangle((int) bits);
    }
  }

  /** A triangular number with mean 0 and variance 1. */
  private static float triangle(int bits) {
    return ((bits & 0xffff) + (bits >>> 16) - 65_535) * TRIANGLE;
  }

  /** Spreads the bits of a counter (the finisher of SplitMix64). */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

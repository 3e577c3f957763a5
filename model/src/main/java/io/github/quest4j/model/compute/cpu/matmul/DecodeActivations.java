package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;

import java.util.Arrays;

/**
 * Activations of the tokens of a decode step, prepared once for all matrices that they are
 * multiplied with: as they are, as sums over each 32 and each 16 columns (for weights d q + m, and
 * for {@link Mantissas}), and with each 32 columns spread over 36 places, six ints of six, as
 * {@link PackedFives} has them. Where there are several, also with four tokens side by side, as
 * {@link PackedTile} has them.
 *
 * <p>It refers to the buffer that it was prepared from.
 */
public final class DecodeActivations {
  static final int SPREAD = 36;
  private static final int BLOCK = 32;

  private float[] x = new float[0];
  private float[] sums = new float[0];
  private float[] halves = new float[0];
  private float[] spread = new float[0];
  private float[] tiled = new float[0];
  private float[] tiledSpread = new float[0];
  private float[] tiledSums = new float[0];
  private float[] tiledHalves = new float[0];
  private boolean spreading;
  private int offset;
  private int stride;
  private int tokens;
  private int columns;

  /**
   * Announces {@code tokens} tokens; token t is {@code x[offset + t * stride ..]}. Their contents
   * are undefined until all pieces are prepared.
   *
   * @param spread whether products with weights of a type that {@link MatmulKernels#spreads} follow
   * @throws IllegalArgumentException if x is too small
   */
  public void begin(float[] x, int offset, int stride, int tokens, int columns, boolean spread) {
    MatmulWeights.checkBuffer("x", x.length, offset, stride, tokens, columns);
    this.x = x;
    this.offset = offset;
    this.stride = stride;
    this.tokens = tokens;
    this.columns = columns;
    this.spreading = spread;
    int blocks = columns / BLOCK;
    if (sums.length < tokens * blocks) {
      sums = new float[tokens * blocks];
      halves = new float[2 * sums.length];
    }
    if (spread && this.spread.length < tokens * blocks * SPREAD) {
      this.spread = new float[tokens * blocks * SPREAD];
    }
    int padded = tiles() * TOKENS;
    if (tiled.length < padded * columns) {
      tiled = new float[padded * columns];
    }
    if (tiledSums.length < padded * blocks) {
      tiledSums = new float[padded * blocks];
      tiledHalves = new float[2 * tiledSums.length];
    }
    if (spread && tiledSpread.length < padded * blocks * SPREAD) {
      tiledSpread = new float[padded * blocks * SPREAD];
    }
  }

  /** Pieces that can be prepared by several threads. */
  public int pieces() {
    return Math.ceilDiv(tokens, TOKENS);
  }

  /** Prepares one piece. */
  public void prepare(int piece) {
    int blocks = columns / BLOCK;
    for (int token = piece * TOKENS; token < Math.min(tokens, (piece + 1) * TOKENS); token++) {
      for (int block = 0; block < blocks; block++) {
        int from = at(token) + block * BLOCK;
        int to = token * blocks + block;
        halves[2 * to] = sum(x, from);
        halves[2 * to + 1] = sum(x, from + BLOCK / 2);
        sums[to] = halves[2 * to] + halves[2 * to + 1];
        if (spreading) {
          System.arraycopy(x, from, spread, to * SPREAD, BLOCK);
          Arrays.fill(spread, to * SPREAD + BLOCK, (to + 1) * SPREAD, 0);
        }
      }
    }
    if (piece < tiles()) {
      tile(x, offset, stride, piece, columns, tiled);
      tile(sums, 0, blocks, piece, blocks, tiledSums);
      tile(halves, 0, 2 * blocks, piece, 2 * blocks, tiledHalves);
      if (spreading) {
        tile(spread, 0, blocks * SPREAD, piece, blocks * SPREAD, tiledSpread);
      }
    }
  }

  /** Lays the tokens of a tile side by side; one that is not there is 0. */
  private void tile(float[] from, int offset, int stride, int tile, int count, float[] to) {
    for (int t = 0; t < TOKENS; t++) {
      int token = tile * TOKENS + t;
      int at = offset + token * stride;
      int out = tile * TOKENS * count + t;
      for (int k = 0; k < count; k++) {
        to[out + k * TOKENS] = token < tokens ? from[at + k] : 0;
      }
    }
  }

  /** {@link #begin} and {@link #prepare(int)} of everything. */
  public void prepare(float[] x, int offset, int stride, int tokens, int columns) {
    begin(x, offset, stride, tokens, columns, true);
    for (int piece = 0; piece < pieces(); piece++) {
      prepare(piece);
    }
  }

  /** Tiles of four tokens; a last one of three is filled up, one or two are cheaper alone. */
  int tiles() {
    return (tokens + 1) / TOKENS;
  }

  /** Tokens that stand in tiles. */
  int tiledTokens() {
    return Math.min(tokens, tiles() * TOKENS);
  }

  /** The tiles' values, {@code [tile, column, token]}. */
  float[] tiled() {
    return tiled;
  }

  /** Where a block of a tile begins. */
  int tiledAt(int tile, int block) {
    return (tile * columns + block * BLOCK) * TOKENS;
  }

  /** The tiles' spread values, {@code [tile, place, token]}. */
  float[] tiledSpread() {
    return tiledSpread;
  }

  /** Where a block of a tile begins. */
  int tiledSpreadAt(int tile, int block) {
    return (tile * (columns / BLOCK) + block) * SPREAD * TOKENS;
  }

  /** The tiles' sums, {@code [tile, block, token]}. */
  float[] tiledSums() {
    return tiledSums;
  }

  /** Where a block of a tile begins. */
  int tiledSumsAt(int tile, int block) {
    return (tile * (columns / BLOCK) + block) * TOKENS;
  }

  /** The sums of each 16 columns; a block's begin at twice {@link #tiledSumsAt}. */
  float[] tiledHalves() {
    return tiledHalves;
  }

  /** The sum of 16, in four chains that do not wait for each other. */
  private static float sum(float[] x, int at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int k = at; k < at + BLOCK / 2; k += 4) {
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

  float[] halves() {
    return halves;
  }

  /** Where a token's sums of 16 columns begin. */
  int halvesAt(int token) {
    return 2 * sumsAt(token);
  }

  float[] spread() {
    return spread;
  }

  /** Where a token's spread values begin. */
  int spreadAt(int token) {
    return token * (columns / BLOCK) * SPREAD;
  }
}

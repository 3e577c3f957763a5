package io.github.quest4j.model.compute.cpu.matmul;

import java.util.Arrays;
import java.util.Objects;

/**
 * The activations of one step, packed for {@link MatmulKernels#many}: prepared once, read by every
 * row task of every weight matrix that has the same input (q, k and v; gate and up).
 *
 * <p>Tokens lie in tiles of {@link #tileTokens()}, each [columns, tokens of the tile]; a last tile
 * of at most half as many is half as wide. Unused lanes are zero. To pack in parallel, call {@link
 * #begin} once, then {@link #pack} on disjoint ranges of tiles, and wait for all before
 * multiplying.
 */
public final class Activations {
  private static final int COLUMN_BLOCK =
      64; // its stores of one tile stay in the first-level cache

  private final int width;
  private final float[] packed; // [tile, column, token of the tile]
  private int tokens;
  private int columns;

  /**
   * @param width tokens of a narrow tile, from {@link MatmulKernels#activations}
   * @throws IllegalArgumentException if a size is not positive or the buffer passes 2^31 floats
   */
  Activations(int width, int maxTokens, int maxColumns) {
    if (maxTokens < 1 || maxColumns < 1) {
      throw new IllegalArgumentException(
          "activations are empty: %d tokens of %d".formatted(maxTokens, maxColumns));
    }
    long padded = Math.ceilDiv((long) maxTokens, width) * width;
    if (padded * maxColumns > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "activations of %d tokens of %d are too large; prefill in smaller chunks"
              .formatted(maxTokens, maxColumns));
    }
    this.width = width;
    this.packed = new float[(int) padded * maxColumns];
  }

  /** Announces [tokens, columns]; the contents are undefined until all tiles are packed. */
  public void begin(int tokens, int columns) {
    if (tokens < 1
        || columns < 1
        || Math.ceilDiv((long) tokens, width) * width * columns > packed.length) {
      throw new IllegalArgumentException(
          "%d tokens of %d do not fit in activations of %d floats"
              .formatted(tokens, columns, packed.length));
    }
    this.tokens = tokens;
    this.columns = columns;
  }

  /**
   * Packs the tiles [fromTile, toTile) of x, whose token t starts at {@code xOffset + t * xStride}.
   */
  public void pack(float[] x, int xOffset, int xStride, int fromTile, int toTile) {
    Objects.checkFromToIndex(fromTile, toTile, tiles());
    MatmulWeights.checkBuffer("x", x.length, xOffset, xStride, tokens, columns);
    for (int tile = fromTile; tile < toTile; tile++) {
      int first = tile * tileTokens();
      int lanes = width(tile);
      int used = Math.min(lanes, tokens - first);
      int start = offset(tile);
      if (used < lanes) {
        Arrays.fill(packed, start, start + columns * lanes, 0);
      }
      for (int from = 0; from < columns; from += COLUMN_BLOCK) {
        int to = Math.min(columns, from + COLUMN_BLOCK);
        for (int t = 0; t < used; t++) {
          int row = xOffset + (first + t) * xStride;
          for (int k = from; k < to; k++) {
            packed[start + k * lanes + t] = x[row + k];
          }
        }
      }
    }
  }

  /** {@link #begin} and {@link #pack} of everything. */
  public void prepare(float[] x, int xOffset, int xStride, int tokens, int columns) {
    begin(tokens, columns);
    pack(x, xOffset, xStride, 0, tiles());
  }

  public int tokens() {
    return tokens;
  }

  public int columns() {
    return columns;
  }

  /** Tiles of the announced tokens. */
  public int tiles() {
    return Math.ceilDiv(tokens, tileTokens());
  }

  /** Tokens of every tile but the last. */
  public int tileTokens() {
    return 2 * width;
  }

  /** Lanes of a tile. */
  int width(int tile) {
    return tokens - tile * tileTokens() > width ? 2 * width : width;
  }

  int offset(int tile) {
    return tile * tileTokens() * columns;
  }

  float[] packed() {
    return packed;
  }

  float value(int token, int column) {
    int tile = token / tileTokens();
    return packed[offset(tile) + column * width(tile) + token % tileTokens()];
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import java.util.Arrays;

/**
 * The working memory of one worker thread, allocated once; its contents mean nothing between calls.
 */
public final class MatmulScratch {
  /**
   * Floats between rows beyond the columns, so that rows of 2^n columns do not share cache sets.
   */
  private static final int PADDING = 16;

  /** Floats of unpacked weights that fit in the second-level cache beside a tile of activations. */
  private static final int PANEL = 48 * 1024;

  /** Rows that {@link ColdRows} takes at a time. */
  static final int COLD_ROWS = 96;

  private final int maxColumns;
  private final float[] panel; // [rows, columns + PADDING]
  private final float[] tile =
      new float[PlainRowKernel.BATCH * 2 * 16]; // [row, token] or accumulators

  private final StoredRows coldStored = new StoredRows();
  private final float[][] coldPanel = new float[ColdPanel.COLUMNS][COLD_ROWS];
  private final int[] coldQuants = new int[8];
  private final float[][] coldScales = new float[2][COLD_ROWS];
  private final float[][] coldMinima = new float[PackedKernel.SEGMENT][COLD_ROWS];
  private final float[][] coldChains = new float[2][COLD_ROWS];
  private float[][] coldSums = new float[0][]; // [token, COLD_ROWS]

  /**
   * @throws IllegalArgumentException if the columns are not positive or too many
   */
  public MatmulScratch(int maxColumns) {
    if (maxColumns < 1 || maxColumns > Integer.MAX_VALUE / 8 - PADDING) {
      throw new IllegalArgumentException("number of columns is out of range: " + maxColumns);
    }
    this.maxColumns = maxColumns;
    this.panel = new float[Math.max(PANEL, TileKernel.ROWS * (maxColumns + PADDING))];
  }

  void check(int columns) {
    if (columns > maxColumns) {
      throw new IllegalArgumentException(
          "scratch for %d columns is too small for %d".formatted(maxColumns, columns));
    }
  }

  float[] panel() {
    return panel;
  }

  float[] tile() {
    return tile;
  }

  StoredRows coldStored() {
    return coldStored;
  }

  float[][] coldPanel() {
    return coldPanel;
  }

  int[] coldQuants() {
    return coldQuants;
  }

  /** Of the first 16 columns of a block and of the others. */
  float[][] coldScales() {
    return coldScales;
  }

  /** Of some blocks. */
  float[][] coldMinima() {
    return coldMinima;
  }

  float[][] coldChains() {
    return coldChains;
  }

  float[][] coldSums(int tokens) {
    int had = coldSums.length;
    if (had < tokens) {
      coldSums = Arrays.copyOf(coldSums, tokens);
      for (int t = had; t < tokens; t++) {
        coldSums[t] = new float[COLD_ROWS];
      }
    }
    return coldSums;
  }

  static int stride(int columns) {
    return columns + PADDING;
  }

  /** Rows unpacked at a time: a multiple of the micro-kernel's. */
  static int panelRows(int columns) {
    return Math.max(1, PANEL / (TileKernel.ROWS * stride(columns))) * TileKernel.ROWS;
  }
}

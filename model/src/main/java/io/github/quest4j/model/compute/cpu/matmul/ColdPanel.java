package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;

/**
 * The quants of 32 columns unpacked by plain loops, a row a place: {@code [32, rows]}, each column
 * an array of its own, so that the JIT sees that arrays of one index do not overlap.
 */
final class ColdPanel {
  static final int COLUMNS = PackedKernel.BLOCK;

  private ColdPanel() {}

  /**
   * Unpacks the quants of a block of 32 columns without their scales, as {@link Mantissas} does.
   *
   * @param stored {@code rows} rows
   * @param block number of the block in its row
   */
  static void quants(
      GgmlType type, StoredRows stored, int rows, int block, int[] quants, float[][] panel) {
    int perBlock = type.blockSize() / COLUMNS;
    int first = block / perBlock * type.blockBytes();
    for (int r = 0; r < rows; r++) {
      Quants.read(type, stored, first + stored.row(r), block % perBlock, quants);
      switch (type) {
        case Q4_0, Q4_1, Q4_K -> nibbles(quants, panel, r);
        case Q5_0, Q5_1, Q5_K -> fives(quants, panel, r);
        case Q6_K -> sixes(quants, panel, r);
        default -> bytes(quants, panel, r);
      }
    }
  }

  /**
   * Unpacks the scales of a block of 32 columns.
   *
   * @param scales receives two rows: of the first 16 columns, and of the others
   * @param minima receives what is added, for types that have it
   */
  static void scales(
      GgmlType type, StoredRows stored, int rows, int block, float[][] scales, float[] minima) {
    int perBlock = type.blockSize() / COLUMNS;
    int group = block % perBlock;
    int first = block / perBlock * type.blockBytes();
    for (int r = 0; r < rows; r++) {
      int at = first + stored.row(r);
      switch (type) {
        case Q4_1, Q5_1 -> {
          scales[0][r] = stored.half(at);
          minima[r] = stored.half(at + 2);
        }
        case Q4_K, Q5_K -> {
          int last = stored.int32(at + 12);
          long factors = KScales.scales(stored.int32(at + 4), last);
          long offsets = KScales.minima(stored.int32(at + 8), last);
          scales[0][r] = stored.half(at) * KScales.get(factors, group);
          minima[r] = -stored.half(at + 2) * KScales.get(offsets, group);
        }
        case Q6_K -> {
          float d = stored.half(at + 208);
          scales[0][r] = stored.int8(at + 192 + 2 * group) * d;
          scales[1][r] = stored.int8(at + 193 + 2 * group) * d;
        }
        default -> scales[0][r] = stored.half(at); // Q4_0, Q5_0, Q8_0
      }
    }
  }

  private static void nibbles(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 4; i++) {
      int q = quants[i];
      for (int end = j + 8; j < end; j++, q >>>= 4) {
        panel[j][r] = 16 + (q & 15);
      }
    }
  }

  private static void fives(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 6; i++) {
      int q = quants[i];
      for (int end = Math.min(COLUMNS, j + 6); j < end; j++, q >>>= 5) {
        panel[j][r] = 32 + (q & 31);
      }
    }
  }

  private static void sixes(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 8; i++) {
      int q = quants[i];
      for (int end = j + 4; j < end; j++, q >>>= 8) {
        panel[j][r] = 64 + (q >> 2 & 63);
      }
    }
  }

  private static void bytes(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 8; i++) {
      int q = quants[i];
      for (int end = j + 4; j < end; j++, q >>>= 8) {
        panel[j][r] = 256 + (q & 255);
      }
    }
  }
}

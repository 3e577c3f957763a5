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
   * Unpacks the quants of a block of 32 columns as they are, without their scales.
   *
   * @param block number of the block in its row
   */
  static void quants(
      MatmulWeights w, int fromRow, int toRow, int block, int[] quants, float[][] panel) {
    GgmlType type = w.type();
    int perBlock = type.blockSize() / COLUMNS;
    long first = w.address() + (long) (block / perBlock) * type.blockBytes();
    for (int row = fromRow; row < toRow; row++) {
      int r = row - fromRow;
      Quants.read(type, first + row * w.rowBytes(), block % perBlock, quants);
      switch (type) {
        case Q4_0 -> signedNibbles(quants, panel, r);
        case Q4_1, Q4_K -> nibbles(quants, panel, r);
        case Q5_0 -> signedFives(quants, panel, r);
        case Q5_1, Q5_K -> fives(quants, panel, r);
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
      MatmulWeights w, int fromRow, int toRow, int block, float[][] scales, float[] minima) {
    GgmlType type = w.type();
    int perBlock = type.blockSize() / COLUMNS;
    int group = block % perBlock;
    long first = w.address() + (long) (block / perBlock) * type.blockBytes();
    for (int row = fromRow; row < toRow; row++) {
      int r = row - fromRow;
      long at = first + row * w.rowBytes();
      switch (type) {
        case Q4_1, Q5_1 -> {
          scales[0][r] = Lanes.half(at);
          minima[r] = Lanes.half(at + 2);
        }
        case Q4_K, Q5_K -> {
          scales[0][r] = scale(at, group);
          minima[r] = minimum(at, group);
        }
        case Q6_K -> {
          float d = Lanes.half(at + 208);
          scales[0][r] = Lanes.int8(at + 192 + 2L * group) * d;
          scales[1][r] = Lanes.int8(at + 193 + 2L * group) * d;
        }
        default -> scales[0][r] = Lanes.half(at); // Q4_0, Q5_0, Q8_0
      }
    }
  }

  private static float scale(long block, int group) {
    return Lanes.half(block) * KScales.get(KScales.scales(block + 4), group);
  }

  private static float minimum(long block, int group) {
    return -Lanes.half(block + 2) * KScales.get(KScales.minima(block + 4), group);
  }

  private static void nibbles(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 4; i++) {
      int q = quants[i];
      for (int end = j + 8; j < end; j++, q >>>= 4) {
        panel[j][r] = q & 15;
      }
    }
  }

  private static void signedNibbles(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 4; i++) {
      int q = quants[i];
      for (int end = j + 8; j < end; j++, q >>>= 4) {
        panel[j][r] = q << 28 >> 28;
      }
    }
  }

  private static void fives(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 6; i++) {
      int q = quants[i];
      for (int end = Math.min(COLUMNS, j + 6); j < end; j++, q >>>= 5) {
        panel[j][r] = q & 31;
      }
    }
  }

  private static void signedFives(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 6; i++) {
      int q = quants[i];
      for (int end = Math.min(COLUMNS, j + 6); j < end; j++, q >>>= 5) {
        panel[j][r] = q << 27 >> 27;
      }
    }
  }

  private static void bytes(int[] quants, float[][] panel, int r) {
    for (int i = 0, j = 0; i < 8; i++) {
      int q = quants[i];
      for (int end = j + 4; j < end; j++, q >>>= 8) {
        panel[j][r] = (byte) q;
      }
    }
  }
}

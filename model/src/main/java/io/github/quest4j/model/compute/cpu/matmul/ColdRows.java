package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.BLOCK;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * The decode product of quantised weights from the file's own blocks, in plain loops: what a matrix
 * is multiplied with before there is a copy for {@link PackedKernel}, whose bits it gives. A block
 * is a few chains of products, which are added, multiplied by the scale and added to the row's sum;
 * minima are added after some blocks.
 */
final class ColdRows {
  private ColdRows() {}

  /** As {@link MatmulKernels#few}, for types that are packed. */
  static void few(
      MatmulWeights w,
      DecodeActivations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    w.check(x, fromRow, toRow, y, yOffset, yStride, scratch);
    try {
      for (int first = fromRow; first < toRow; first += MatmulScratch.COLD_ROWS) {
        int end = Math.min(toRow, first + MatmulScratch.COLD_ROWS);
        rows(w, x, first, end, scratch);
        float[][] sums = scratch.coldSums(x.tokens());
        for (int t = 0; t < x.tokens(); t++) {
          System.arraycopy(sums[t], 0, y, yOffset + t * yStride + first, end - first);
        }
      }
    } finally {
      Reference.reachabilityFence(w);
    }
  }

  private static void rows(
      MatmulWeights w, DecodeActivations x, int fromRow, int toRow, MatmulScratch scratch) {
    int rows = toRow - fromRow;
    int blocks = w.columns() / BLOCK;
    float[][] panel = scratch.coldPanel();
    float[][] sums = scratch.coldSums(x.tokens());
    float[][] scales = scratch.coldScales();
    float[][] minima = scratch.coldMinima();
    float[][] chains = scratch.coldChains();
    StoredRows stored = scratch.coldStored();
    stored.load(w, fromRow, toRow);
    int segment = segment(w.type());
    for (int t = 0; t < x.tokens(); t++) {
      Arrays.fill(sums[t], 0, rows, 0);
    }
    for (int first = 0; first < blocks; first += segment) {
      int end = Math.min(blocks, first + segment);
      for (int b = first; b < end; b++) {
        ColdPanel.quants(w.type(), stored, rows, b, scratch.coldQuants(), panel);
        ColdPanel.scales(w.type(), stored, rows, b, scales, minima[b - first]);
        for (int t = 0; t < x.tokens(); t++) {
          block(w.type(), panel, x.values(), x.at(t) + b * BLOCK, scales, chains, sums[t], rows);
        }
      }
      if (hasMinima(w.type())) {
        for (int t = 0; t < x.tokens(); t++) {
          for (int b = first; b < end; b++) {
            add(minima[b - first], x.sums()[x.sumsAt(t) + b], sums[t], rows);
          }
        }
      }
    }
  }

  /** Blocks after which minima are added. */
  private static int segment(GgmlType type) {
    return type.blockSize() > BLOCK ? PackedKernel.SUPER / BLOCK : PackedKernel.SEGMENT;
  }

  private static boolean hasMinima(GgmlType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> true;
      default -> false;
    };
  }

  /** Which columns make up a chain is how {@link Quants} lie in ints. */
  private static void block(
      GgmlType type,
      float[][] panel,
      float[] x,
      int at,
      float[][] scales,
      float[][] chains,
      float[] sum,
      int rows) {
    switch (PackedKernel.intsOfBlock(type)) {
      case 4 -> {
        for (int c = 0; c < 4; c++) {
          Arrays.fill(chains[c], 0, rows, 0);
          chain(panel, 8 * c, 8, x, at, chains[c], rows);
        }
        add4(chains, scales[0], sum, rows);
      }
      case 6 -> {
        for (int c = 0; c < 3; c++) {
          Arrays.fill(chains[c], 0, rows, 0);
          chain(panel, 6 * c, 6, x, at, chains[c], rows);
          chain(panel, 18 + 6 * c, Math.min(6, BLOCK - 18 - 6 * c), x, at, chains[c], rows);
        }
        add3(chains, scales[0], sum, rows);
      }
      default -> {
        boolean apart = type == GgmlType.Q6_K; // each 16 columns have a scale
        for (int half = 0; half < 2; half++) {
          for (int c = 0; c < 4; c++) {
            if (half == 0 || apart) {
              Arrays.fill(chains[c], 0, rows, 0);
            }
            chain(panel, 16 * half + 4 * c, 4, x, at, chains[c], rows);
          }
          if (half == 1 || apart) {
            add4(chains, scales[apart ? half : 0], sum, rows);
          }
        }
      }
    }
  }

  private static void chain(
      float[][] panel, int from, int count, float[] x, int at, float[] s, int rows) {
    for (int j = from; j < from + count; j += 2) { // even
      add2(panel[j], x[at + j], panel[j + 1], x[at + j + 1], s, rows);
    }
  }

  private static void add2(float[] w0, float x0, float[] w1, float x1, float[] s, int rows) {
    for (int r = 0; r < rows; r++) {
      s[r] = Math.fma(w1[r], x1, Math.fma(w0[r], x0, s[r]));
    }
  }

  private static void add4(float[][] chains, float[] scales, float[] sum, int rows) {
    float[] c0 = chains[0];
    float[] c1 = chains[1];
    float[] c2 = chains[2];
    float[] c3 = chains[3];
    for (int r = 0; r < rows; r++) {
      sum[r] = Math.fma(c0[r] + c1[r] + (c2[r] + c3[r]), scales[r], sum[r]);
    }
  }

  private static void add3(float[][] chains, float[] scales, float[] sum, int rows) {
    float[] c0 = chains[0];
    float[] c1 = chains[1];
    float[] c2 = chains[2];
    for (int r = 0; r < rows; r++) {
      sum[r] = Math.fma(c0[r] + c1[r] + c2[r], scales[r], sum[r]);
    }
  }

  private static void add(float[] minima, float x, float[] sum, int rows) {
    for (int r = 0; r < rows; r++) {
      sum[r] = Math.fma(minima[r], x, sum[r]);
    }
  }
}

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
    boolean apart = w.type() == GgmlType.Q6_K; // each 16 columns have a scale
    float[] xSums = apart ? x.halves() : x.sums();
    for (int t = 0; t < x.tokens(); t++) {
      Arrays.fill(sums[t], 0, rows, 0);
    }
    for (int first = 0; first < blocks; first += segment) {
      int end = Math.min(blocks, first + segment);
      for (int b = first; b < end; b++) {
        ColdPanel.quants(w.type(), stored, rows, b, scratch.coldQuants(), panel);
        ColdPanel.scales(w.type(), stored, rows, b, scales, minima[b - first]);
        for (int t = 0; t < x.tokens(); t++) {
          int at = x.at(t) + b * BLOCK;
          int from = apart ? x.halvesAt(t) + 2 * b : x.sumsAt(t) + b;
          block(w.type(), panel, x.values(), at, xSums, from, scales, chains, sums[t], rows);
        }
      }
      if (PackedKernel.hasMinima(w.type())) {
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

  private static void block(
      GgmlType type,
      float[][] panel,
      float[] x,
      int at,
      float[] sums,
      int sumsAt,
      float[][] scales,
      float[][] chains,
      float[] sum,
      int rows) {
    int units = PackedKernel.unitsOfBlock(type);
    int ofUnit = BLOCK / units;
    int ofChain = PackedKernel.columnsOfChain(type);
    float base = Mantissas.base(type);
    float[] chain = chains[0];
    float[] total = chains[1];
    for (int unit = 0; unit < units; unit++) {
      Arrays.fill(total, 0, rows, -base * sums[sumsAt + unit]);
      for (int c = 0; c < ofUnit; c += ofChain) {
        Arrays.fill(chain, 0, rows, 0);
        int end = Math.min(ofUnit, c + ofChain);
        for (int j = unit * ofUnit + c; j < unit * ofUnit + end; j += 2) { // even
          add2(panel[j], x[at + j], panel[j + 1], x[at + j + 1], chain, rows);
        }
        addTo(total, chain, rows);
      }
      add(total, scales[unit], sum, rows);
    }
  }

  private static void add2(float[] w0, float x0, float[] w1, float x1, float[] s, int rows) {
    for (int r = 0; r < rows; r++) {
      s[r] = Math.fma(w1[r], x1, Math.fma(w0[r], x0, s[r]));
    }
  }

  private static void addTo(float[] total, float[] chain, int rows) {
    for (int r = 0; r < rows; r++) {
      total[r] += chain[r];
    }
  }

  private static void add(float[] w, float[] scales, float[] sum, int rows) {
    for (int r = 0; r < rows; r++) {
      sum[r] = Math.fma(w[r], scales[r], sum[r]);
    }
  }

  private static void add(float[] w, float x, float[] s, int rows) {
    for (int r = 0; r < rows; r++) {
      s[r] = Math.fma(w[r], x, s[r]);
    }
  }
}

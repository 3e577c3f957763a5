package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;

/** The specification: one element at a time, summed over k in ascending order. */
public final class ScalarMatmul implements MatmulKernels {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int rowTile() {
    return 1;
  }

  @Override
  public Activations activations(int maxTokens, int maxColumns) {
    return new Activations(1, maxTokens, maxColumns);
  }

  @Override
  public void row(MatmulWeights w, int row, float[] out, int outOffset) {
    Dequantizer.row(w, row, 0, w.columns(), out, outOffset);
  }

  @Override
  public long packedBytes(MatmulWeights w) {
    return 0;
  }

  @Override
  public boolean spreads(GgmlType type) {
    return false;
  }

  @Override
  public void pack(MatmulWeights w, Arena arena, Sharing sharing) {}

  @Override
  public void few(
      MatmulWeights w,
      DecodeActivations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    w.check(x, fromRow, toRow, y, yOffset, yStride, scratch);
    for (int row = fromRow; row < toRow; row++) {
      row(w, row, scratch.panel(), 0);
      for (int token = 0; token < x.tokens(); token++) {
        float sum = 0;
        for (int k = 0; k < w.columns(); k++) {
          sum = Math.fma(scratch.panel()[k], x.values()[x.at(token) + k], sum);
        }
        y[yOffset + token * yStride + row] = sum;
      }
    }
  }

  @Override
  public void many(
      MatmulWeights w,
      Activations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    w.check(x, fromRow, toRow, y, yOffset, yStride, scratch);
    for (int row = fromRow; row < toRow; row++) {
      row(w, row, scratch.panel(), 0);
      for (int token = 0; token < x.tokens(); token++) {
        float sum = 0;
        for (int k = 0; k < w.columns(); k++) {
          sum = Math.fma(scratch.panel()[k], x.value(token, k), sum);
        }
        y[yOffset + token * yStride + row] = sum;
      }
    }
  }
}

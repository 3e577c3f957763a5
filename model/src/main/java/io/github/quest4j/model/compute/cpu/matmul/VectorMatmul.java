package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Products by the Vector API at the machine's preferred width.
 *
 * <p>{@code few} dequantises in registers for one token, and into the cache for several. {@code
 * many} dequantises a panel of rows into the cache and multiplies it tile by tile.
 */
public final class VectorMatmul implements MatmulKernels {
  private static final int TOKENS = 4; // that UnpackedRows takes at once
  private static final int ROW = 2 * Lanes.WIDTH; // accumulators of a row

  private final Map<GgmlType, CompiledApart> kernels = new EnumMap<>(GgmlType.class);

  public VectorMatmul() {
    for (GgmlType type : GgmlType.values()) {
      if (type.supported()) {
        kernels.put(type, new CompiledApart(RowKernel.of(type)));
      }
    }
  }

  private CompiledApart kernel(MatmulWeights w) {
    return Objects.requireNonNull(kernels.get(w.type())); // weights are of a supported type
  }

  @Override
  public String name() {
    return "vector " + Lanes.F.vectorBitSize();
  }

  @Override
  public int rowTile() {
    return TileKernel.ROWS;
  }

  @Override
  public Activations activations(int maxTokens, int maxColumns) {
    return new Activations(Lanes.WIDTH, maxTokens, maxColumns);
  }

  @Override
  public void row(MatmulWeights w, int row, float[] out, int outOffset) {
    Objects.checkIndex(row, w.rows());
    Objects.checkFromIndexSize(outOffset, w.columns(), out.length);
    try {
      kernel(w).unpack(w.address() + row * w.rowBytes(), w.columns(), out, outOffset);
    } finally {
      Reference.reachabilityFence(w);
    }
  }

  @Override
  public void few(
      MatmulWeights w,
      float[] x,
      int xOffset,
      int xStride,
      int tokens,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    w.check(tokens, fromRow, toRow, y, yOffset, yStride);
    MatmulWeights.checkBuffer("x", x.length, xOffset, xStride, tokens, w.columns());
    scratch.check(w.columns());
    try {
      if (tokens == 1) {
        single(w, x, xOffset, y, yOffset, fromRow, toRow, scratch);
      } else {
        several(w, x, xOffset, xStride, tokens, y, yOffset, yStride, fromRow, toRow, scratch);
      }
    } finally {
      Reference.reachabilityFence(w); // the kernels hold only its address
    }
  }

  private void single(
      MatmulWeights w,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    CompiledApart kernel = kernel(w);
    int columns = w.columns();
    long start = w.address();
    float[] sums = scratch.tile();
    for (int from = fromRow; from < toRow; from += RowKernel.BATCH) {
      int rows = Math.min(RowKernel.BATCH, toRow - from);
      long first = start + from * w.rowBytes();
      kernel.accumulate(first, rows, columns, x, xOffset, sums, scratch.panel());
      Lanes.sums(sums, rows, y, yOffset + from);
      if (columns % 32 != 0) {
        for (int r = 0; r < rows; r++) {
          int to = yOffset + from + r;
          y[to] = kernel.tail(y[to], first + r * w.rowBytes(), columns, x, xOffset);
        }
      }
    }
  }

  private void several(
      MatmulWeights w,
      float[] x,
      int xOffset,
      int xStride,
      int tokens,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    CompiledApart kernel = kernel(w);
    int columns = w.columns();
    long start = w.address();
    float[] panel = scratch.panel();
    float[] sums = scratch.tile();
    int second = MatmulScratch.stride(columns);
    for (int a = fromRow; a < toRow; a += 2) {
      int b = Math.min(a + 1, toRow - 1);
      kernel.unpack(start + a * w.rowBytes(), columns, panel, 0);
      kernel.unpack(start + b * w.rowBytes(), columns, panel, second);
      int token = 0;
      while (token < tokens) {
        int count = tokens - token >= TOKENS ? TOKENS : 1;
        int at = xOffset + token * xStride;
        if (count == TOKENS) {
          UnpackedRows.accumulate4(panel, 0, second, columns, x, at, xStride, sums);
        } else {
          UnpackedRows.accumulate1(panel, 0, second, columns, x, at, sums);
        }
        for (int t = 0; t < count; t++, token++, at += xStride) {
          float sumA = Lanes.sum(sums, 2 * t * ROW);
          float sumB = Lanes.sum(sums, (2 * t + b - a) * ROW);
          y[yOffset + token * yStride + a] = UnpackedRows.tail(sumA, panel, 0, columns, x, at);
          y[yOffset + token * yStride + b] =
              UnpackedRows.tail(sumB, panel, (b - a) * second, columns, x, at);
        }
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
    try {
      panels(w, x, y, yOffset, yStride, fromRow, toRow, scratch);
    } finally {
      Reference.reachabilityFence(w);
    }
  }

  private void panels(
      MatmulWeights w,
      Activations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    CompiledApart kernel = kernel(w);
    int columns = w.columns();
    long start = w.address();
    float[] panel = scratch.panel();
    int stride = MatmulScratch.stride(columns);
    int panelRows = MatmulScratch.panelRows(columns);
    for (int first = fromRow; first < toRow; first += panelRows) {
      int rows = Math.min(panelRows, toRow - first);
      for (int r = 0; r < rows; r++) {
        kernel.unpack(start + (first + r) * w.rowBytes(), columns, panel, r * stride);
      }
      for (int tile = 0; tile < x.tiles(); tile++) {
        multiply(x, tile, y, yOffset + first, yStride, rows, scratch);
      }
    }
  }

  /** A panel by a tile of tokens; the rows that fill up the last register tile are not stored. */
  private static void multiply(
      Activations x,
      int tile,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      MatmulScratch scratch) {
    int columns = x.columns();
    int stride = MatmulScratch.stride(columns);
    int width = x.width(tile);
    int firstToken = tile * x.tileTokens();
    int tokens = Math.min(width, x.tokens() - firstToken);
    float[] out = scratch.tile();
    for (int row = 0; row < rows; row += TileKernel.ROWS) {
      int at = row * stride;
      if (width == x.tileTokens()) {
        TileKernel.wide(scratch.panel(), at, stride, columns, x.packed(), x.offset(tile), out);
      } else {
        TileKernel.narrow(scratch.panel(), at, stride, columns, x.packed(), x.offset(tile), out);
      }
      int stored = Math.min(TileKernel.ROWS, rows - row);
      for (int t = 0; t < tokens; t++) {
        int to = yOffset + (firstToken + t) * yStride + row;
        for (int r = 0; r < stored; r++) {
          y[to + r] = out[r * width + t];
        }
      }
    }
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Products by the Vector API at the machine's preferred width.
 *
 * <p>{@code few} reads quantised weights from a copy whose rows are interleaved ({@link
 * PackedKernel}) where there is one, others row by row. {@code many} dequantises a panel of rows
 * into the cache and multiplies it tile by tile.
 */
public final class VectorMatmul implements MatmulKernels {
  private static final int TOKENS = 4; // that UnpackedRows takes at once
  private static final int ROW = 2 * Lanes.WIDTH; // accumulators of a row
  private static final int GROUP = PackedKernel.ROWS;

  private final Map<GgmlType, RowKernel> rows = new EnumMap<>(GgmlType.class);
  private final Map<GgmlType, PackedKernel> packed = new EnumMap<>(GgmlType.class);
  private final Map<GgmlType, PackedTile> tiled = new EnumMap<>(GgmlType.class);

  public VectorMatmul() {
    for (GgmlType type : GgmlType.values()) {
      if (type.supported()) {
        rows.put(type, RowKernel.of(type));
        if (PackedKernel.packs(type)) {
          packed.put(type, PackedKernel.of(type));
          tiled.put(type, PackedTile.of(type));
        }
      }
    }
  }

  private RowKernel kernel(MatmulWeights w) {
    return Objects.requireNonNull(rows.get(w.type())); // weights are of a supported type
  }

  @Override
  public String name() {
    return "vector " + Lanes.F.vectorBitSize();
  }

  @Override
  public int rowTile() {
    return PackedKernel.ROWS;
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
      kernel(w).unpackApart(w.address() + row * w.rowBytes(), w.columns(), out, outOffset);
    } finally {
      Reference.reachabilityFence(w);
    }
  }

  @Override
  public long packedBytes(MatmulWeights w) {
    return PackedKernel.packs(w.type()) ? PackedRows.bytes(w) : 0;
  }

  @Override
  public boolean spreads(GgmlType type) {
    return PackedKernel.packs(type) && PackedKernel.spreads(type);
  }

  @Override
  public void pack(MatmulWeights w, Arena arena, Sharing sharing) {
    PackedRows rows = new PackedRows(w, arena);
    sharing.run(rows.groups(), rows::pack);
    w.packed(rows);
  }

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
    if (w.awaited()) {
      ColdRows.few(w, x, y, yOffset, yStride, fromRow, toRow, scratch);
      return;
    }
    w.check(x, fromRow, toRow, y, yOffset, yStride, scratch);
    try {
      PackedRows copy = w.packed();
      if (copy != null) {
        groups(copy, w, x, y, yOffset, yStride, fromRow, toRow, scratch);
      } else if (x.tokens() == 1 && !PackedKernel.packs(w.type())) {
        single(w, x, y, yOffset, fromRow, toRow, scratch);
      } else {
        several(w, x, y, yOffset, yStride, fromRow, toRow, scratch);
      }
    } finally {
      Reference.reachabilityFence(w); // the kernels hold only its address
    }
  }

  /** Packed rows: a group stays in the cache for all tokens, most of which are taken by fours. */
  private void groups(
      PackedRows copy,
      MatmulWeights w,
      DecodeActivations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    PackedKernel kernel = Objects.requireNonNull(packed.get(w.type()));
    int columns = w.columns();
    float[] heads = scratch.panel();
    PackedTile tiles = Objects.requireNonNull(tiled.get(w.type()));
    for (int first = fromRow / GROUP * GROUP; first < toRow; first += GROUP) {
      long group = copy.group(first / GROUP);
      int from = Math.max(fromRow, first);
      int count = Math.min(toRow, first + GROUP) - from;
      for (int tile = 0; tile < x.tiles(); tile += PackedTile.TILES) {
        int end = Math.min(x.tiles(), tile + PackedTile.TILES);
        tiles.multiply(group, columns, x, tile, end, heads, scratch.tile());
        int token = tile * PackedTile.TOKENS;
        int tokens = Math.min(x.tiledTokens(), end * PackedTile.TOKENS) - token;
        for (int t = 0; t < tokens; t++) {
          int to = yOffset + (token + t) * yStride + from;
          System.arraycopy(scratch.tile(), t * GROUP + from - first, y, to, count);
        }
      }
      for (int token = x.tiledTokens(); token < x.tokens(); token++) {
        int to = yOffset + token * yStride + first;
        if (count == GROUP) {
          kernel.accumulateApart(group, columns, x, token, heads, y, to);
        } else {
          kernel.accumulateApart(group, columns, x, token, heads, scratch.tile(), 0);
          System.arraycopy(scratch.tile(), from - first, y, to + from - first, count);
        }
      }
    }
  }

  private void single(
      MatmulWeights w,
      DecodeActivations activations,
      float[] y,
      int yOffset,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    PlainRowKernel kernel = PlainRowKernel.of(w.type());
    int columns = w.columns();
    long start = w.address();
    float[] x = activations.values();
    int xOffset = activations.at(0);
    float[] sums = scratch.tile();
    for (int from = fromRow; from < toRow; from += PlainRowKernel.BATCH) {
      int rows = Math.min(PlainRowKernel.BATCH, toRow - from);
      long first = start + from * w.rowBytes();
      kernel.accumulateApart(first, rows, columns, x, xOffset, sums);
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
      DecodeActivations activations,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch) {
    RowKernel kernel = kernel(w);
    float[] x = activations.values();
    int xStride = activations.stride();
    int tokens = activations.tokens();
    int columns = w.columns();
    long start = w.address();
    float[] panel = scratch.panel();
    float[] sums = scratch.tile();
    int second = MatmulScratch.stride(columns);
    for (int a = fromRow; a < toRow; a += 2) {
      int b = Math.min(a + 1, toRow - 1);
      kernel.unpackApart(start + a * w.rowBytes(), columns, panel, 0);
      kernel.unpackApart(start + b * w.rowBytes(), columns, panel, second);
      int token = 0;
      while (token < tokens) {
        int count = tokens - token >= TOKENS ? TOKENS : 1;
        int at = activations.at(token);
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
    RowKernel kernel = kernel(w);
    int columns = w.columns();
    long start = w.address();
    float[] panel = scratch.panel();
    int stride = MatmulScratch.stride(columns);
    int panelRows = MatmulScratch.panelRows(columns);
    for (int first = fromRow; first < toRow; first += panelRows) {
      int rows = Math.min(panelRows, toRow - first);
      for (int r = 0; r < rows; r++) {
        kernel.unpackApart(start + (first + r) * w.rowBytes(), columns, panel, r * stride);
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

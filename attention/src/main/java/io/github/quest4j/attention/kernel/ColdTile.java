package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * {@link VectorTile} in plain loops that the JIT turns into vectors by itself, a few milliseconds
 * after it has met them; the same operations in the same order, so the same bits.
 *
 * <p>The loops run over the rows of the tile. All arrays of a loop have the same index, since the
 * JIT of JDK 25 does not make vectors where it would have to find out whether arrays overlap.
 */
final class ColdTile {

  private static final int BLOCK = VectorTile.BLOCK;
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Working memory of a worker; grows as needed. */
  static final class Scratch {
    private float[][] queries = new float[0][]; // [headDim, rows]
    private float[][] acc = new float[0][]; // [headDim, rows]
    private final float[][] scores = new float[BLOCK][]; // [key, rows]
    private float[][] keys = new float[0][]; // [headDim, BLOCK]
    private float[][] values = new float[0][]; // [headDim, BLOCK]
    private short[] halves = new short[0];
    private float[] max = new float[0]; // [rows]
    private float[] sum = new float[0];
    private float[] correction = new float[0];
    private float[] shift = new float[0];

    private void reserve(int rows, int headDim, int pageSize) {
      if (max.length < rows || queries.length < headDim) {
        int most = Math.max(rows, max.length);
        int channels = Math.max(headDim, queries.length);
        queries = new float[channels][most];
        acc = new float[channels][most];
        Arrays.setAll(scores, k -> new float[most]);
        keys = new float[channels][BLOCK];
        values = new float[channels][BLOCK];
        max = new float[most];
        sum = new float[most];
        correction = new float[most];
        shift = new float[most];
      }
      if (halves.length < pageSize * headDim) {
        halves = new short[pageSize * headDim];
      }
    }
  }

  private ColdTile() {}

  static void attend(PageRun run, int firstToken, QueryTile tile, Scratch scratch) {
    int headDim = run.headDim;
    int rows = tile.queries * tile.heads;
    scratch.reserve(rows, headDim, run.pageSize);
    start(tile, scratch, headDim, rows);
    int lastPosition = tile.position + tile.queries - 1;
    int lastFirstSeen = tile.firstSeen(lastPosition);
    boolean add = false;
    int block = tile.firstSeen(tile.position) / BLOCK * BLOCK;
    for (; block <= lastPosition; block += BLOCK) {
      // Keys by fours, as the vector kernel: one behind the last is hidden, and adds a zero.
      int keys = Math.min(BLOCK, lastPosition + 1 - block + 3 & -4);
      load(run, block - firstToken, scratch);
      for (int k = 0; k < keys; k++) {
        Arrays.fill(scratch.scores[k], 0, rows, 0f);
        product(scratch.keys, k, scratch.queries, headDim, scratch.scores[k], rows);
      }
      if (block + keys - 1 > tile.position || block < lastFirstSeen) {
        mask(tile, scratch, block, keys);
      }
      softmax(scratch, keys, rows);
      for (int i = 0; i < headDim; i++) {
        float[] acc = scratch.acc[i];
        if (add) {
          scale(acc, scratch.correction, rows);
        } else {
          Arrays.fill(acc, 0, rows, 0f);
        }
        product(scratch.values[i], scratch.scores, keys, acc, rows);
      }
      add = true;
    }
    finish(tile, scratch, headDim);
  }

  private static void start(QueryTile tile, Scratch scratch, int headDim, int rows) {
    for (int row = 0; row < rows; row++) {
      int from = tile.qOffset + row / tile.heads * tile.qStride + row % tile.heads * headDim;
      for (int i = 0; i < headDim; i++) {
        scratch.queries[i][row] = tile.q[from + i] * tile.scale;
      }
    }
    Arrays.fill(scratch.max, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(scratch.sum, 0, rows, 0f);
  }

  /** Keys and values of a block, channel by channel; zero outside of the run. */
  private static void load(PageRun run, int from, Scratch scratch) {
    for (int i = 0; i < run.headDim; i++) {
      Arrays.fill(scratch.keys[i], 0f);
      Arrays.fill(scratch.values[i], 0f);
    }
    int end = Math.min(from + BLOCK, run.to);
    for (int t = Math.max(from, run.from); t < end; ) {
      int page = t >> run.shift;
      int stop = Math.min(end, (page + 1) << run.shift);
      switch (run.type) {
        case F16 -> halves(run, page, t, stop, from, scratch);
        case F32 -> floats(run, page, t, stop, from, scratch);
      }
      t = stop;
    }
  }

  private static void halves(PageRun run, int page, int from, int to, int block, Scratch scratch) {
    int headDim = run.headDim;
    int count = run.pageSize * headDim;
    int first = page << run.shift;
    MemorySegment slab = run.slabs[page];
    short[] halves = scratch.halves;
    MemorySegment.copy(slab, HALF, run.keys[page], halves, 0, count);
    int tokens = KeyLayout.block(run.pageSize);
    for (int c = 0; c < headDim; c++) {
      float[] keys = scratch.keys[c];
      for (int t = from; t < to; t++) {
        int start = (t - first) / tokens * tokens * headDim;
        keys[t - block] =
            Float.float16ToFloat(
                halves[start + (c / 2 * tokens + (t - first) % tokens) * 2 + c % 2]);
      }
    }
    MemorySegment.copy(slab, HALF, run.values[page], halves, 0, count);
    for (int c = 0; c < headDim; c++) {
      float[] values = scratch.values[c];
      for (int t = from; t < to; t++) {
        values[t - block] = Float.float16ToFloat(halves[(t - first) * headDim + c]);
      }
    }
  }

  private static void floats(PageRun run, int page, int from, int to, int block, Scratch scratch) {
    int first = page << run.shift;
    for (int c = 0; c < run.headDim; c++) {
      for (int t = from; t < to; t++) {
        int token = t - first;
        scratch.keys[c][t - block] =
            ScalarStoreKernels.key(
                run.type, run.slabs[page], run.keys[page], run.pageSize, run.headDim, token, c);
        long at = run.values[page] + 4L * (token * run.headDim + c);
        scratch.values[c][t - block] = run.slabs[page].get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      }
    }
  }

  /** {@code c += sum over i of a[i][k] * b[i]}, in the order of i. */
  private static void product(float[][] a, int k, float[][] b, int depth, float[] c, int rows) {
    int i = 0;
    for (; i <= depth - 4; i += 4) {
      add4(a[i][k], a[i + 1][k], a[i + 2][k], a[i + 3][k], b, i, c, rows);
    }
    for (; i < depth; i++) {
      add1(a[i][k], b[i], c, rows);
    }
  }

  /** {@code c += sum over k of a[k] * b[k]}, in the order of k. */
  private static void product(float[] a, float[][] b, int depth, float[] c, int rows) {
    for (int k = 0; k < depth; k += 4) { // a multiple of 4
      add4(a[k], a[k + 1], a[k + 2], a[k + 3], b, k, c, rows);
    }
  }

  private static void add4(
      float x0, float x1, float x2, float x3, float[][] b, int i, float[] c, int rows) {
    float[] b0 = b[i];
    float[] b1 = b[i + 1];
    float[] b2 = b[i + 2];
    float[] b3 = b[i + 3];
    for (int r = 0; r < rows; r++) {
      float s = Math.fma(x0, b0[r], c[r]);
      s = Math.fma(x1, b1[r], s);
      s = Math.fma(x2, b2[r], s);
      c[r] = Math.fma(x3, b3[r], s);
    }
  }

  private static void add1(float x, float[] b, float[] c, int rows) {
    for (int r = 0; r < rows; r++) {
      c[r] = Math.fma(x, b[r], c[r]);
    }
  }

  private static void scale(float[] x, float[] by, int rows) {
    for (int r = 0; r < rows; r++) {
      x[r] *= by[r];
    }
  }

  private static void mask(QueryTile tile, Scratch scratch, int block, int keys) {
    for (int query = 0; query < tile.queries; query++) {
      int position = tile.position + query;
      int first = tile.firstSeen(position);
      for (int k = 0; k < keys; k++) {
        if (block + k > position || block + k < first) {
          int row = query * tile.heads;
          Arrays.fill(scratch.scores[k], row, row + tile.heads, Float.NEGATIVE_INFINITY);
        }
      }
    }
  }

  private static void softmax(Scratch scratch, int keys, int rows) {
    float[] max = scratch.max;
    float[] sum = scratch.sum;
    float[] shift = scratch.shift;
    float[] correction = scratch.correction;
    System.arraycopy(max, 0, correction, 0, rows);
    for (int k = 0; k < keys; k++) {
      greatest(scratch.scores[k], max, rows);
    }
    for (int r = 0; r < rows; r++) {
      // A row that has seen nothing yet has no maximum to subtract.
      shift[r] = max[r] == Float.NEGATIVE_INFINITY ? 0f : max[r];
      correction[r] = Exponential.weight(correction[r] - shift[r]);
      sum[r] *= correction[r];
    }
    for (int k = 0; k < keys; k++) {
      weights(scratch.scores[k], shift, sum, rows);
    }
  }

  private static void greatest(float[] x, float[] max, int rows) {
    for (int r = 0; r < rows; r++) {
      max[r] = Math.max(max[r], x[r]);
    }
  }

  private static void weights(float[] x, float[] shift, float[] sum, int rows) {
    for (int r = 0; r < rows; r++) {
      float p = Exponential.weight(x[r] - shift[r]);
      sum[r] += p;
      x[r] = p;
    }
  }

  private static void finish(QueryTile tile, Scratch scratch, int headDim) {
    for (int row = 0; row < tile.queries * tile.heads; row++) {
      int query = row / tile.heads;
      int head = row % tile.heads;
      int out = tile.outOffset + query * tile.outStride + head * headDim;
      float factor = 1 / scratch.sum[row];
      for (int i = 0; i < headDim; i++) {
        // Adding zero makes one of the two zeros.
        tile.out[out + i] = scratch.acc[i][row] * factor + 0f;
      }
      tile.lse[tile.lseOffset + query * tile.lseStride + head] =
          (float) (scratch.max[row] + Math.log(scratch.sum[row]));
    }
  }
}

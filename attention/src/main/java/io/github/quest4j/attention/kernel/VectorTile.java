package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Blocked causal attention of a tile of queries.
 *
 * <p>A row is one query of one head. Rows lie in the lanes and keys are walked in blocks with fixed
 * absolute bounds, so maximum, exponential and sums of a row are the same operations in the same
 * order whatever the tile is made of; a key that a row does not see adds an exact zero.
 */
final class VectorTile {

  /** Keys of a block. */
  static final int BLOCK = 64;

  /** Floats from one channel of a block's keys to the next: pages of 8 are written by vectors. */
  private static final int KEY_STRIDE = BLOCK + LANES;

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private VectorTile() {}

  static void attend(PageRun run, int firstToken, QueryTile tile, TileScratch scratch) {
    int headDim = run.headDim;
    int live = tile.queries * tile.heads;
    int rows = (live + LANES - 1) & -LANES;
    scratch.reserve(rows, headDim, BLOCK, KEY_STRIDE);
    start(tile, scratch, headDim, live, rows);
    int lastPosition = tile.position + tile.queries - 1;
    int lastFirstSeen = tile.firstSeen(lastPosition);
    boolean add = false;
    int block = tile.firstSeen(tile.position) / BLOCK * BLOCK;
    for (; block <= lastPosition; block += BLOCK) {
      int keys = Math.min(BLOCK, lastPosition + 1 - block + 3 & -4);
      loadKeys(run, block - firstToken, scratch.keys);
      loadValues(run, block - firstToken, keys, scratch.values);
      VectorProduct.multiply(
          scratch.keys,
          1,
          KEY_STRIDE,
          keys,
          scratch.queries,
          scratch.scores,
          rows,
          headDim,
          scratch.correction,
          false);
      if (block + keys - 1 > tile.position || block < lastFirstSeen) {
        mask(scratch, block, keys, rows);
      }
      softmax(scratch, keys, rows);
      VectorProduct.multiply(
          scratch.values,
          1,
          headDim,
          headDim,
          scratch.scores,
          scratch.acc,
          rows,
          keys,
          scratch.correction,
          add);
      add = true;
    }
    finish(tile, scratch, headDim, rows);
  }

  private static void start(QueryTile tile, TileScratch scratch, int headDim, int live, int rows) {
    for (int row = 0; row < rows; row++) {
      int query = Math.min(row, live - 1) / tile.heads;
      int position = tile.position + query;
      scratch.last[row] = position;
      scratch.first[row] = tile.firstSeen(position);
      int from = tile.qOffset + query * tile.qStride + row % tile.heads * headDim;
      for (int i = 0; i < headDim; i++) {
        scratch.queries[i * rows + row] = row < live ? tile.q[from + i] * tile.scale : 0;
      }
    }
    Arrays.fill(scratch.max, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(scratch.sum, 0, rows, 0f);
  }

  /**
   * The keys of a block, channel by channel; what lies outside of the run stays, and is masked.
   *
   * @param into {@code [headDim, KEY_STRIDE]}
   */
  private static void loadKeys(PageRun run, int from, float[] into) {
    int end = Math.min(from + BLOCK, run.to);
    for (int t = Math.max(from, 0); t < end; ) {
      int page = t >> run.shift;
      int first = t & (run.pageSize - 1);
      int count = Math.min(run.pageSize - first, from + BLOCK - t);
      VectorStoreKernels.loadBlock(
          run.type,
          run.slabs[page],
          run.keys[page],
          run.pageSize,
          run.headDim,
          first,
          count,
          into,
          t - from,
          KEY_STRIDE);
      t += count;
    }
  }

  /** Values {@code from .. from+count-1} of the run as floats; zeros outside of it. */
  private static void loadValues(PageRun run, int from, int count, float[] into) {
    int headDim = run.headDim;
    int t = from;
    int end = from + count;
    if (t < run.from) {
      int skip = Math.min(run.from, end) - t;
      Arrays.fill(into, 0, skip * headDim, 0f);
      t += skip;
    }
    while (t < Math.min(end, run.to)) {
      int page = t >> run.shift;
      int stop = Math.min(Math.min(end, run.to), (page + 1) << run.shift);
      long index = (long) (t & (run.pageSize - 1)) * headDim;
      int to = (t - from) * headDim;
      int n = (stop - t) * headDim;
      if (run.type == KvType.F16) {
        halves(run, page, run.values[page] + 2 * index, n, into, to);
      } else {
        floats(run, page, run.values[page] + 4 * index, n, into, to);
      }
      t = stop;
    }
    if (t < end) {
      Arrays.fill(into, (t - from) * headDim, count * headDim, 0f);
    }
  }

  /** At least a vector of elements: the last vector ends with them. */
  private static void halves(PageRun run, int page, long at, int n, float[] into, int to) {
    var slab = run.slabs[page];
    for (int i = 0; i < n; i += LANES) {
      int j = Math.min(i, n - LANES);
      IntVector wide =
          (IntVector)
              ShortVector.fromMemorySegment(VectorShapes.HALVES, slab, at + 2L * j, ORDER)
                  .convertShape(VectorOperators.S2I, INTS, 0);
      wide.lanewise(VectorOperators.LSHL, 16)
          .lanewise(VectorOperators.ASHR, 3)
          .and(VectorShapes.HALF_BITS)
          .reinterpretAsFloats()
          .mul(VectorShapes.HALF_SCALE)
          .intoArray(into, to + j);
    }
  }

  private static void floats(PageRun run, int page, long at, int n, float[] into, int to) {
    var slab = run.slabs[page];
    for (int i = 0; i < n; i += LANES) {
      int j = Math.min(i, n - LANES);
      FloatVector.fromMemorySegment(FLOATS, slab, at + 4L * j, ORDER).intoArray(into, to + j);
    }
  }

  static void mask(TileScratch scratch, int block, int keys, int rows) {
    for (int r = 0; r < rows; r += LANES) {
      IntVector first = IntVector.fromArray(INTS, scratch.first, r);
      IntVector last = IntVector.fromArray(INTS, scratch.last, r);
      for (int k = 0; k < keys; k++) {
        VectorMask<Integer> hidden =
            first
                .compare(VectorOperators.GT, block + k)
                .or(last.compare(VectorOperators.LT, block + k));
        FloatVector.fromArray(FLOATS, scratch.scores, k * rows + r)
            .blend(Float.NEGATIVE_INFINITY, hidden.cast(FLOATS))
            .intoArray(scratch.scores, k * rows + r);
      }
    }
  }

  static void softmax(TileScratch scratch, int keys, int rows) {
    float[] scores = scratch.scores;
    for (int r = 0; r < rows; r += LANES) {
      FloatVector before = FloatVector.fromArray(FLOATS, scratch.max, r);
      FloatVector max = before;
      for (int k = 0; k < keys; k++) {
        max = max.max(FloatVector.fromArray(FLOATS, scores, k * rows + r));
      }
      max.intoArray(scratch.max, r);
      // A row that has seen nothing yet has no maximum to subtract.
      FloatVector shift = max.blend(0f, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
      FloatVector correction = VectorMath.weight(before.sub(shift));
      correction.intoArray(scratch.correction, r);
      FloatVector sum = FloatVector.fromArray(FLOATS, scratch.sum, r).mul(correction);
      for (int k = 0; k < keys; k++) {
        FloatVector p =
            VectorMath.weight(FloatVector.fromArray(FLOATS, scores, k * rows + r).sub(shift));
        sum = sum.add(p);
        p.intoArray(scores, k * rows + r);
      }
      sum.intoArray(scratch.sum, r);
    }
  }

  private static void finish(QueryTile tile, TileScratch scratch, int headDim, int rows) {
    for (int row = 0; row < tile.queries * tile.heads; row++) {
      int query = row / tile.heads;
      int head = row % tile.heads;
      int out = tile.outOffset + query * tile.outStride + head * headDim;
      float factor = 1 / scratch.sum[row];
      for (int i = 0; i < headDim; i++) {
        // Adding zero makes one of the two zeros.
        tile.out[out + i] = scratch.acc[i * rows + row] * factor + 0f;
      }
      tile.lse[tile.lseOffset + query * tile.lseStride + head] =
          (float) (scratch.max[row] + Math.log(scratch.sum[row]));
    }
  }
}

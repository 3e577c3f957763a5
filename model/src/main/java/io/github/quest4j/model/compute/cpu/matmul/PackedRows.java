package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A copy of quantised weights for decoding, rows interleaved by sixteens as {@link PackedKernel}
 * reads them. It holds the stored quants and scales, so products differ from those of the stored
 * blocks by the order of their sums only.
 */
final class PackedRows {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int ROWS = PackedKernel.ROWS;
  private static final int BLOCK = PackedKernel.BLOCK;
  private static final int ALIGNMENT = 64;

  private final MatmulWeights weights;
  private final MemorySegment data;
  private final long groupBytes;

  /** Memory for the rows of weights, still to be filled by {@link #pack}. */
  PackedRows(MatmulWeights weights, Arena arena) {
    this.weights = weights;
    this.groupBytes = PackedKernel.groupBytes(weights.type(), weights.columns());
    this.data = arena.allocate(bytes(weights), ALIGNMENT);
  }

  /** Bytes that packed rows take. */
  static long bytes(MatmulWeights weights) {
    long groupBytes = PackedKernel.groupBytes(weights.type(), weights.columns());
    return Math.ceilDiv(weights.rows(), ROWS) * groupBytes;
  }

  /** Groups of 16 rows; the last may have fewer, zero beyond. */
  int groups() {
    return Math.ceilDiv(weights.rows(), ROWS);
  }

  /** Bytes taken. */
  long bytes() {
    return data.byteSize();
  }

  /** Where a group begins. */
  long group(int group) {
    if (!data.scope().isAlive()) {
      throw new IllegalStateException("weights were closed; keep the model open while it computes");
    }
    return data.address() + group * groupBytes;
  }

  /**
   * Fills the groups [from, to). In arrays, and then copied: it is done once, mostly before it is
   * compiled, see {@link StoredRows}.
   */
  void pack(int from, int to) {
    StoredRows stored = new StoredRows();
    int[] q = new int[PackedKernel.intsOfBlock(weights.type())];
    int[] group = new int[Math.toIntExact(groupBytes / Integer.BYTES)];
    try {
      for (int g = from; g < to; g++) {
        int rows = Math.min(ROWS, weights.rows() - g * ROWS);
        stored.load(weights, g * ROWS, g * ROWS + rows);
        Arrays.fill(group, 0); // halves and bytes are put into it
        for (int b = 0; b < weights.columns() / BLOCK; b++) {
          pack(stored, rows, b, q, group);
        }
        MemorySegment.copy(group, 0, data, INT, g * groupBytes, group.length);
      }
    } finally {
      Reference.reachabilityFence(weights);
    }
  }

  /** One block of each row of a group. */
  private void pack(StoredRows stored, int rows, int b, int[] q, int[] group) {
    GgmlType type = weights.type();
    int perBlock = type.blockSize() / BLOCK;
    int first = b / perBlock * type.blockBytes();
    int headBytes = PackedKernel.headBytes(type);
    int at = b * PackedKernel.blockBytes(type) + (b / perBlock + 1) * headBytes;
    for (int lane = 0; lane < rows; lane++) {
      int block = stored.row(lane) + first;
      if (b % perBlock == 0) {
        head(stored, block, group, at - headBytes, lane);
      }
      Quants.read(type, stored, block, b % perBlock, q);
      for (int i = 0; i < q.length; i++) {
        int gap = type == GgmlType.Q6_K ? i / 4 * ROWS : 0; // the scales of the first half
        group[(at + gap) / Integer.BYTES + i * ROWS + lane] = Mantissas.place(type, q[i]);
      }
      scales(stored, block, b % perBlock, group, at, lane);
    }
  }

  /** What 256 columns share: d, and for those with minima m. */
  private void head(StoredRows stored, int block, int[] group, int at, int lane) {
    switch (weights.type()) {
      case Q4_K, Q5_K -> {
        put16(group, at + 2 * lane, stored.int16(block));
        put16(group, at + 2 * ROWS + 2 * lane, stored.int16(block + 2));
      }
      case Q6_K -> put16(group, at + 2 * lane, stored.int16(block + 208));
      default -> {} // nothing
    }
  }

  private void scales(StoredRows stored, int block, int part, int[] group, int at, int lane) {
    GgmlType type = weights.type();
    int to = at + PackedKernel.intsOfBlock(type) * Integer.BYTES * ROWS;
    switch (type) {
      case Q4_0, Q5_0, Q8_0 -> put16(group, to + 2 * lane, stored.int16(block));
      case Q4_1, Q5_1 -> {
        put16(group, to + 2 * lane, stored.int16(block));
        put16(group, to + 2 * ROWS + 2 * lane, stored.int16(block + 2));
      }
      case Q6_K -> {
        int scale = block + 192 + 2 * part;
        put8(group, at + 16 * ROWS + lane, stored.int8(scale));
        put8(group, at + 33 * ROWS + lane, stored.int8(scale + 1));
      }
      default -> { // Q4_K, Q5_K
        int last = stored.int32(block + 12);
        long factors = KScales.scales(stored.int32(block + 4), last);
        long minima = KScales.minima(stored.int32(block + 8), last);
        put8(group, to + lane, KScales.get(factors, part));
        put8(group, to + ROWS + lane, KScales.get(minima, part));
      }
    }
  }

  /** Puts 16 bits where there were zeros. */
  private static void put16(int[] words, int at, int bits) {
    words[at >> 2] |= (bits & 0xffff) << (at & 2) * 8;
  }

  /** Puts eight bits where there were zeros. */
  private static void put8(int[] words, int at, int bits) {
    words[at >> 2] |= (bits & 0xff) << (at & 3) * 8;
  }
}

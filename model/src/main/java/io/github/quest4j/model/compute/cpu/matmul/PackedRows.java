package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;

/**
 * A copy of quantised weights for decoding, rows interleaved by sixteens as {@link PackedKernel}
 * reads them. It holds the stored quants and scales, so products differ from those of the stored
 * blocks by the order of their sums only.
 */
final class PackedRows {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
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

  /** Fills the groups [from, to). */
  void pack(int from, int to) {
    GgmlType type = weights.type();
    int columns = weights.columns();
    int perBlock = type.blockSize() / BLOCK;
    int headBytes = PackedKernel.headBytes(type);
    int blockBytes = PackedKernel.blockBytes(type);
    int ints = PackedKernel.intsOfBlock(type);
    int[] q = new int[ints];
    long source = weights.address();
    try {
      for (int row = from * ROWS; row < Math.min(weights.rows(), to * ROWS); row++) {
        int lane = row % ROWS;
        long group = row / ROWS * groupBytes;
        long stored = source + row * weights.rowBytes();
        for (int b = 0; b < columns / BLOCK; b++) {
          long block = stored + (long) (b / perBlock) * type.blockBytes();
          long at = group + (long) b * blockBytes + (b / perBlock + 1L) * headBytes;
          if (b % perBlock == 0) {
            head(block, at - headBytes, lane);
          }
          Quants.read(type, block, b % perBlock, q);
          for (int i = 0; i < ints; i++) {
            long gap = type == GgmlType.Q6_K ? i / 4 * ROWS : 0; // the scales of the first half
            data.set(INT, at + gap + i * 4L * ROWS + 4L * lane, q[i]);
          }
          scales(block, b % perBlock, at, lane);
        }
      }
    } finally {
      Reference.reachabilityFence(weights);
    }
  }

  /** What 256 columns share: d, and for those with minima m. */
  private void head(long block, long at, int lane) {
    switch (weights.type()) {
      case Q4_K, Q5_K -> {
        copy(block, at + 2L * lane);
        copy(block + 2, at + 2L * ROWS + 2L * lane);
      }
      case Q6_K -> copy(block + 208, at + 2L * lane);
      default -> {} // nothing
    }
  }

  private void scales(long block, int group, long at, int lane) {
    GgmlType type = weights.type();
    long to = at + PackedKernel.intsOfBlock(type) * 4L * ROWS;
    switch (type) {
      case Q4_0, Q5_0, Q8_0 -> copy(block, to + 2L * lane);
      case Q4_1, Q5_1 -> {
        copy(block, to + 2L * lane);
        copy(block + 2, to + 2L * ROWS + 2L * lane);
      }
      case Q6_K -> {
        long scale = block + 192 + 2L * group;
        data.set(ValueLayout.JAVA_BYTE, at + 16L * ROWS + lane, Lanes.int8(scale));
        data.set(ValueLayout.JAVA_BYTE, at + 33L * ROWS + lane, Lanes.int8(scale + 1));
      }
      default -> { // Q4_K, Q5_K
        byte scale = (byte) KScales.get(KScales.scales(block + 4), group);
        byte minimum = (byte) KScales.get(KScales.minima(block + 4), group);
        data.set(ValueLayout.JAVA_BYTE, to + lane, scale);
        data.set(ValueLayout.JAVA_BYTE, to + ROWS + lane, minimum);
      }
    }
  }

  /** Copies a half float. */
  private void copy(long from, long to) {
    data.set(SHORT, to, Lanes.int16(from));
  }
}

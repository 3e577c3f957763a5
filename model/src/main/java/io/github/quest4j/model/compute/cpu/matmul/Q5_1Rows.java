package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.fifth;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.high4;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.int32;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.low4;

import jdk.incubator.vector.FloatVector;

/** Blocks of f16 scale d, f16 minimum m, 32 high bits, 32 nibbles: d q + m. */
final class Q5_1Rows extends RowKernel {
  static final RowKernel INSTANCE = new Q5_1Rows();
  private static final long BLOCK = 24;

  private Q5_1Rows() {}

  private static FloatVector low(long block, int part, FloatVector d, FloatVector m, int bits) {
    return floats(fifth(low4(bytes(block + 8, part)), bits >> (part * WIDTH))).fma(d, m);
  }

  private static FloatVector high(long block, int part, FloatVector d, FloatVector m, int bits) {
    return floats(fifth(high4(bytes(block + 8, part)), bits >> (16 + part * WIDTH))).fma(d, m);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int i = v / PARTS;
      int part = v % PARTS;
      long block = start + i * BLOCK;
      FloatVector d = broadcast(half(block));
      FloatVector m = broadcast(half(block + 2));
      int bits = int32(block + 4);
      int to = at + i * 32 + part * WIDTH;
      low(block, part, d, m, bits).intoArray(out, to);
      high(block, part, d, m, bits).intoArray(out, to + 16);
    }
  }

  @Override
  void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales) {
    long rowBytes = columns / 32 * BLOCK;
    for (int r = 0; r < rows; r++) {
      long start = address(first + r * rowBytes);
      FloatVector a0 = zero();
      FloatVector a1 = zero();
      for (int v = 0; v < columns / 32 * PARTS; v++) {
        int i = v / PARTS;
        int part = v % PARTS;
        long block = start + i * BLOCK;
        FloatVector d = broadcast(half(block));
        FloatVector m = broadcast(half(block + 2));
        int bits = int32(block + 4);
        FloatVector x0 = load(x, at + i * 32 + part * WIDTH);
        FloatVector x1 = load(x, at + i * 32 + part * WIDTH + 16);
        a0 = low(block, part, d, m, bits).fma(x0, a0);
        a1 = high(block, part, d, m, bits).fma(x1, a1);
      }
      a0.intoArray(sums, r * 2 * WIDTH);
      a1.intoArray(sums, r * 2 * WIDTH + WIDTH);
    }
  }
}

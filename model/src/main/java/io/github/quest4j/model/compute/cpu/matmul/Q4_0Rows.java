package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.high4;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.low4;

import jdk.incubator.vector.FloatVector;

/** Blocks of f16 scale d and 32 nibbles: d (q - 8), which is exact as d q - 8 d. */
final class Q4_0Rows extends RowKernel {
  static final RowKernel INSTANCE = new Q4_0Rows();
  private static final long BLOCK = 18;

  private Q4_0Rows() {}

  private static FloatVector low(long block, int part, FloatVector d, FloatVector m) {
    return floats(low4(bytes(block + 2, part))).fma(d, m);
  }

  private static FloatVector high(long block, int part, FloatVector d, FloatVector m) {
    return floats(high4(bytes(block + 2, part))).fma(d, m);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int i = v / PARTS;
      int part = v % PARTS;
      long block = start + i * BLOCK;
      FloatVector d = broadcast(half(block));
      FloatVector m = broadcast(-8 * half(block));
      int to = at + i * 32 + part * WIDTH;
      low(block, part, d, m).intoArray(out, to);
      high(block, part, d, m).intoArray(out, to + 16);
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
        FloatVector m = broadcast(-8 * half(block));
        FloatVector x0 = load(x, at + i * 32 + part * WIDTH);
        FloatVector x1 = load(x, at + i * 32 + part * WIDTH + 16);
        a0 = low(block, part, d, m).fma(x0, a0);
        a1 = high(block, part, d, m).fma(x1, a1);
      }
      a0.intoArray(sums, r * 2 * WIDTH);
      a1.intoArray(sums, r * 2 * WIDTH + WIDTH);
    }
  }
}

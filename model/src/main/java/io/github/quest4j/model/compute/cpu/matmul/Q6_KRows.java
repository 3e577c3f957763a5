package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.int8;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Blocks of 256 nibbles, 256 pairs of high bits, a signed scale s for each 16 and an f16 scale d: d
 * s (q - 32), which is exact as d s q - 32 d s. In each half of 128, group g of 32 has the nibbles
 * of byte row g % 2, low ones first, and the g-th pair of bits of each high byte.
 */
final class Q6_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q6_KRows();
  private static final long BLOCK = 210;

  private Q6_KRows() {}

  private static FloatVector weights(long block, int group, int part, float d) {
    IntVector low = bytes(block + (group >> 2) * 64L + (group & 1) * 32L, part);
    IntVector high = bytes(block + 128 + (group >> 2) * 32L, part);
    low = low.lanewise(LSHR, (group & 2) * 2).and(15);
    high = high.lanewise(LSHR, (group & 3) * 2).and(3).lanewise(LSHL, 4);
    return floats(low.or(high).sub(32)).mul(d);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int i = 0; i < columns / 32; i++) {
      long block = start + (i >> 3) * BLOCK;
      int group = i & 7;
      float d = half(block + 208);
      float d0 = d * int8(block + 192 + 2L * group);
      float d1 = d * int8(block + 193 + 2L * group);
      for (int part = 0; part < PARTS; part++) {
        int to = at + i * 32 + part * WIDTH;
        weights(block, group, part, d0).intoArray(out, to);
        weights(block, group, part + PARTS, d1).intoArray(out, to + 16);
      }
    }
  }

  @Override
  void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales) {
    long rowBytes = columns / 256 * BLOCK;
    for (int r = 0; r < rows; r++) {
      long start = address(first + r * rowBytes);
      FloatVector a0 = zero();
      FloatVector a1 = zero();
      for (int v = 0; v < columns / 32 * PARTS; v++) {
        int group = v / PARTS;
        int part = v % PARTS;
        long block = start + (group >> 3) * BLOCK;
        int n = group & 7;
        float d = half(block + 208);
        FloatVector x0 = load(x, at + group * 32 + part * WIDTH);
        FloatVector x1 = load(x, at + group * 32 + part * WIDTH + 16);
        a0 = weights(block, n, part, d * int8(block + 192 + 2L * n)).fma(x0, a0);
        a1 = weights(block, n, part + PARTS, d * int8(block + 193 + 2L * n)).fma(x1, a1);
      }
      a0.intoArray(sums, r * 2 * WIDTH);
      a1.intoArray(sums, r * 2 * WIDTH + WIDTH);
    }
  }
}

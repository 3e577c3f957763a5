package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * As Q4_K, with a fifth bit per quant: bit g of high byte l belongs to element l of the g-th 32.
 */
final class Q5_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q5_KRows();
  private static final long BLOCK = 176;

  private Q5_KRows() {}

  private static FloatVector weights(
      long block, int group, int part, FloatVector d, FloatVector m) {
    IntVector q = bytes(block + 48 + (group >> 1) * 32L, part);
    IntVector fifth = bytes(block + 16, part).lanewise(LSHR, group).and(1).lanewise(LSHL, 4);
    return floats(q.lanewise(LSHR, (group & 1) * 4).and(15).or(fifth)).fma(d, m);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int i = 0; i < columns / 256; i++) {
      long block = start + i * BLOCK;
      float scale = half(block);
      float minimum = -half(block + 2);
      long scales = KScales.scales(block + 4);
      long minima = KScales.minima(block + 4);
      for (int group = 0; group < 8; group++) {
        FloatVector d = broadcast(scale * KScales.get(scales, group));
        FloatVector m = broadcast(minimum * KScales.get(minima, group));
        for (int part = 0; part < 2 * PARTS; part++) {
          int to = at + i * 256 + group * 32 + part * WIDTH;
          weights(block, group, part, d, m).intoArray(out, to);
        }
      }
    }
  }

  @Override
  void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales) {
    long rowBytes = columns / 256 * BLOCK;
    KScales.decode(first, BLOCK, rows * (columns / 256), scales);
    for (int r = 0; r < rows; r++) {
      long start = address(first + r * rowBytes);
      FloatVector a0 = zero();
      FloatVector a1 = zero();
      for (int v = 0; v < columns / 32 * PARTS; v++) {
        int group = v / PARTS;
        int part = v % PARTS;
        long block = start + (group >> 3) * BLOCK;
        int n = group & 7;
        FloatVector d = broadcast(scales[r * (columns / 16) + 2 * group]);
        FloatVector m = broadcast(scales[r * (columns / 16) + 2 * group + 1]);
        FloatVector x0 = load(x, at + group * 32 + part * WIDTH);
        FloatVector x1 = load(x, at + group * 32 + part * WIDTH + 16);
        a0 = weights(block, n, part, d, m).fma(x0, a0);
        a1 = weights(block, n, part + PARTS, d, m).fma(x1, a1);
      }
      a0.intoArray(sums, r * 2 * WIDTH);
      a1.intoArray(sums, r * 2 * WIDTH + WIDTH);
    }
  }
}

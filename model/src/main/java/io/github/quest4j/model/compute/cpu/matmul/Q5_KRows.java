package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.packed;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.piece;
import static jdk.incubator.vector.VectorOperators.B2F;
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
          IntVector qHigh = packed(block + 16, part).lanewise(LSHR, group).and(0x01010101);
          IntVector q =
              packed(block + 48 + (group >> 1) * 32L, part)
                  .lanewise(LSHR, (group & 1) * 4)
                  .and(0x0f0f0f0f)
                  .or(qHigh.lanewise(LSHL, 4));
          ((FloatVector) q.reinterpretAsBytes().convertShape(B2F, F, piece(part)))
              .fma(d, m)
              .intoArray(out, at + i * 256 + group * 32 + part * WIDTH);
        }
      }
    }
  }
}

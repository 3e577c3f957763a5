package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.int8;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.packed;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.piece;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Blocks of 256 nibbles, 256 pairs of high bits, a signed scale s for each 16 and an f16 scale d: d
 * s (q - 32). In each half of 128, group g of 32 has the nibbles of byte row g % 2, low ones first,
 * and the g-th pair of bits of each high byte.
 */
final class Q6_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q6_KRows();
  private static final long BLOCK = 210;

  private Q6_KRows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int part = v % PARTS;
      int sub = v / PARTS; // 32 columns
      int group = sub & 7;
      long block = start + (sub >> 3) * BLOCK;
      float d = half(block + 208);
      IntVector low0 = packed(block + (group >> 2) * 64L + (group & 1) * 32L, part);
      IntVector high0 = packed(block + 128 + (group >> 2) * 32L, part);
      low0 = low0.lanewise(LSHR, (group & 2) * 2).and(0x0f0f0f0f);
      high0 = high0.lanewise(LSHR, (group & 3) * 2).and(0x03030303).lanewise(LSHL, 4);
      IntVector low1 = packed(block + (group >> 2) * 64L + (group & 1) * 32L, part + PARTS);
      IntVector high1 = packed(block + 128 + (group >> 2) * 32L, part + PARTS);
      low1 = low1.lanewise(LSHR, (group & 2) * 2).and(0x0f0f0f0f);
      high1 = high1.lanewise(LSHR, (group & 3) * 2).and(0x03030303).lanewise(LSHL, 4);
      int to = at + sub * 32 + part * WIDTH;
      ((FloatVector)
              low0.or(high0).reinterpretAsBytes().sub((byte) 32).convertShape(B2F, F, piece(part)))
          .mul(d * int8(block + 192 + 2L * group))
          .intoArray(out, to);
      ((FloatVector)
              low1.or(high1).reinterpretAsBytes().sub((byte) 32).convertShape(B2F, F, piece(part)))
          .mul(d * int8(block + 193 + 2L * group))
          .intoArray(out, to + 16);
    }
  }
}

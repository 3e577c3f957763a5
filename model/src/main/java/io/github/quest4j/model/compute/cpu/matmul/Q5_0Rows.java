package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.int32;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.mask;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Blocks of f16 scale d, 32 high bits, 32 nibbles: d (q - 16), exact as d q - 16 d. */
final class Q5_0Rows extends RowKernel {
  static final RowKernel INSTANCE = new Q5_0Rows();
  private static final long BLOCK = 22;

  private Q5_0Rows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int i = v / PARTS;
      int part = v % PARTS;
      long block = start + i * BLOCK;
      float scale = half(block);
      FloatVector d = broadcast(scale);
      FloatVector m = broadcast(-16 * scale);
      int bits = int32(block + 2) >> (part * WIDTH);
      IntVector q = bytes(block + 6, part);
      int to = at + i * 32 + part * WIDTH;
      ((FloatVector) q.and(15).lanewise(OR, 16, mask(bits)).convertShape(I2F, F, 0))
          .fma(d, m)
          .intoArray(out, to);
      ((FloatVector) q.lanewise(LSHR, 4).lanewise(OR, 16, mask(bits >> 16)).convertShape(I2F, F, 0))
          .fma(d, m)
          .intoArray(out, to + 16);
    }
  }
}

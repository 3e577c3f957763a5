package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Blocks of f16 scale d, f16 minimum m, 32 nibbles: d q + m. */
final class Q4_1Rows extends RowKernel {
  static final RowKernel INSTANCE = new Q4_1Rows();
  private static final long BLOCK = 20;

  private Q4_1Rows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int i = v / PARTS;
      int part = v % PARTS;
      long block = start + i * BLOCK;
      FloatVector d = broadcast(half(block));
      FloatVector m = broadcast(half(block + 2));
      IntVector q = bytes(block + 4, part);
      int to = at + i * 32 + part * WIDTH;
      ((FloatVector) q.and(15).convertShape(I2F, F, 0)).fma(d, m).intoArray(out, to);
      ((FloatVector) q.lanewise(LSHR, 4).convertShape(I2F, F, 0)).fma(d, m).intoArray(out, to + 16);
    }
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.signedBytes;
import static jdk.incubator.vector.VectorOperators.I2F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Blocks of f16 scale d and 32 signed bytes: d q. */
final class Q8_0Rows extends RowKernel {
  static final RowKernel INSTANCE = new Q8_0Rows();
  private static final long BLOCK = 34;

  private Q8_0Rows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int i = v / PARTS;
      int part = v % PARTS;
      long block = start + i * BLOCK;
      FloatVector d = broadcast(half(block));
      IntVector q0 = signedBytes(block + 2, part);
      IntVector q1 = signedBytes(block + 18, part);
      int to = at + i * 32 + part * WIDTH;
      ((FloatVector) q0.convertShape(I2F, F, 0)).mul(d).intoArray(out, to);
      ((FloatVector) q1.convertShape(I2F, F, 0)).mul(d).intoArray(out, to + 16);
    }
  }
}

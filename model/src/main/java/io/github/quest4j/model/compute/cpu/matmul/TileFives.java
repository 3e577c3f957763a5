package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.FIVES;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.THIRTY_TWO;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Chains of quants of five bits: the six columns of an int each. */
final class TileFives extends PackedTile {
  private final long bytes; // of a block

  TileFives(GgmlType type) {
    super(type);
    this.bytes = PackedKernel.blockBytes(type);
  }

  @Override
  void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
    long start = Lanes.address(quants);
    for (int c = 0; c < 6 * blocks; c++) {
      int u = c / 6;
      int chain = c % 6;
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      IntVector w = IntVector.fromMemorySegment(I, MEMORY, start + u * bytes + chain * 64L, ORDER);
      int k = from + c * 6 * TOKENS;
      FloatVector q = w.and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 1]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 2]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 3]), s3);
      q = w.lanewise(LSHR, 5).and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k + 4]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 5]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 6]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 7]), s3);
      q = w.lanewise(ROL, 22).and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k + 8]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 9]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 10]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 11]), s3);
      q = w.lanewise(LSHL, 17).and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k + 12]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 13]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 14]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 15]), s3);
      q = w.lanewise(LSHL, 12).and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k + 16]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 17]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 18]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 19]), s3);
      q = w.lanewise(LSHL, 7).and(FIVES).or(THIRTY_TWO).reinterpretAsFloats();
      s0 = q.fma(FloatVector.broadcast(F, x[k + 20]), s0);
      s1 = q.fma(FloatVector.broadcast(F, x[k + 21]), s1);
      s2 = q.fma(FloatVector.broadcast(F, x[k + 22]), s2);
      s3 = q.fma(FloatVector.broadcast(F, x[k + 23]), s3);
      int end = to + c * TOKENS * WIDTH;
      s0.intoArray(chains, end);
      s1.intoArray(chains, end + WIDTH);
      s2.intoArray(chains, end + 2 * WIDTH);
      s3.intoArray(chains, end + 3 * WIDTH);
    }
  }
}

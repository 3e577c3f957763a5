package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.FOURS;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.SIXTEEN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ROR;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Chains of quants of four bits: the eight columns of an int each. One rotation brings four of them
 * below a mantissa's top, and shifts bring each there: a rotation for each took 5 % longer.
 */
final class TileNibbles extends PackedTile {
  private final long bytes; // of a block

  TileNibbles(GgmlType type) {
    super(type);
    this.bytes = PackedKernel.blockBytes(type);
  }

  @Override
  void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
    long start = Lanes.address(quants);
    for (int c = 0; c < 4 * blocks; c++) {
      int u = c / 4;
      int chain = c % 4;
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      for (int half = 0; half < 2; half++) {
        IntVector w =
            IntVector.fromMemorySegment(I, MEMORY, start + u * bytes + chain * 64L, ORDER)
                .lanewise(ROR, 16 - 16 * half);
        int first = from + (c * 8 + half * 4) * TOKENS;
        for (int j = 0; j < 4; j++) {
          FloatVector q = w.lanewise(LSHL, 16 - 4 * j).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
          int k = first + j * TOKENS;
          s0 = q.fma(FloatVector.broadcast(F, x[k]), s0);
          s1 = q.fma(FloatVector.broadcast(F, x[k + 1]), s1);
          s2 = q.fma(FloatVector.broadcast(F, x[k + 2]), s2);
          s3 = q.fma(FloatVector.broadcast(F, x[k + 3]), s3);
        }
      }
      int end = to + c * TOKENS * WIDTH;
      s0.intoArray(chains, end);
      s1.intoArray(chains, end + WIDTH);
      s2.intoArray(chains, end + 2 * WIDTH);
      s3.intoArray(chains, end + 3 * WIDTH);
    }
  }
}

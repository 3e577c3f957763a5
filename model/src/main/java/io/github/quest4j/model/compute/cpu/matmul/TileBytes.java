package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.BYTES;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.SIXTY_FOUR;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.TWO_FIFTY_SIX;
import static jdk.incubator.vector.VectorOperators.ROR;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Chains of quants of eight bits: the four columns of two ints each. Of six bits, kept in eight,
 * each 16 columns have a scale, which lies behind them.
 */
final class TileBytes extends PackedTile {
  private final int units; // of a block
  private final long bytes; // of a unit
  private final IntVector exponent;

  TileBytes(GgmlType type) {
    super(type);
    this.units = PackedKernel.unitsOfBlock(type);
    this.bytes = PackedKernel.blockBytes(type) / units;
    this.exponent = type == GgmlType.Q6_K ? SIXTY_FOUR : TWO_FIFTY_SIX;
  }

  @Override
  void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
    long start = Lanes.address(quants);
    IntVector high = exponent;
    for (int c = 0; c < 4 * blocks; c++) {
      int u = (c * units) >> 2;
      int chain = c - (u << 2) / units; // of the unit
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      for (int half = 0; half < 2; half++) {
        long at = start + u * bytes + (2 * chain + half) * 64L;
        IntVector w = IntVector.fromMemorySegment(I, MEMORY, at, ORDER);
        int first = from + (c * 8 + half * 4) * TOKENS;
        for (int j = 0; j < 4; j++) {
          FloatVector q = w.lanewise(ROR, 8 * j).and(BYTES).or(high).reinterpretAsFloats();
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

package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.BYTES;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.SIXTY_FOUR;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.TWO_FIFTY_SIX;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.BLOCK;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.ROWS;
import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;
import static jdk.incubator.vector.VectorOperators.ROR;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Chains of quants of eight bits: the four columns of two ints each. */
final class TileBytes {
  private TileBytes() {}

  /** A scale for 32. */
  static final class Blocks extends PackedTile {
    private final long bytes; // of a block

    Blocks(GgmlType type) {
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
              IntVector.fromMemorySegment(
                  I, MEMORY, start + u * bytes + (2 * chain + half) * 64L, ORDER);
          int first = from + (u * BLOCK + chain * 8 + half * 4) * TOKENS;
          for (int j = 0; j < 4; j++) {
            FloatVector q =
                w.lanewise(ROR, 8 * j).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
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

  /** Six bits and a scale for 16, which lies behind them. */
  static final class Sixteens extends PackedTile {
    private final long bytes; // of a half block

    Sixteens(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type) / 2;
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int c = 0; c < 4 * blocks; c++) {
        int u = c / 2;
        int chain = c % 2;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int half = 0; half < 2; half++) {
          IntVector w =
              IntVector.fromMemorySegment(
                  I, MEMORY, start + u * bytes + (2 * chain + half) * 64L, ORDER);
          int first = from + (u * ROWS + chain * 8 + half * 4) * TOKENS;
          for (int j = 0; j < 4; j++) {
            FloatVector q = w.lanewise(ROR, 8 * j).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
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
}

package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ints;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.BLOCK;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.zero;
import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Chains of quants of eight bits. */
final class TileBytes {
  private TileBytes() {}

  /** A scale for 32: four columns of an int, then four of one of the second half. */
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
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
        for (int half = 0; half < 2; half++) {
          IntVector w = ints(start + (c >> 2) * bytes + half * 256L + (c & 3) * 64L);
          int first = from + ((c >> 2) * BLOCK + half * 16 + (c & 3) * 4) * TOKENS;
          for (int j = 0; j < 4; j++) {
            FloatVector q = floats(w.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24));
            int k = first + j * TOKENS;
            s0 = q.fma(broadcast(x[k]), s0);
            s1 = q.fma(broadcast(x[k + 1]), s1);
            s2 = q.fma(broadcast(x[k + 2]), s2);
            s3 = q.fma(broadcast(x[k + 3]), s3);
          }
        }
        int at = to + c * TOKENS * WIDTH;
        s0.intoArray(chains, at);
        s1.intoArray(chains, at + WIDTH);
        s2.intoArray(chains, at + 2 * WIDTH);
        s3.intoArray(chains, at + 3 * WIDTH);
      }
    }
  }

  /** A scale for 16, which lies behind them: the four columns of an int. */
  static final class Sixteens extends PackedTile {
    private final long bytes; // of a block

    Sixteens(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type);
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int c = 0; c < 8 * blocks; c++) {
        IntVector w = ints(start + (c >> 2) * (bytes / 2) + (c & 3) * 64L);
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
        for (int j = 0; j < 4; j++) {
          FloatVector q = floats(w.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24));
          int k = from + (c * 4 + j) * TOKENS;
          s0 = q.fma(broadcast(x[k]), s0);
          s1 = q.fma(broadcast(x[k + 1]), s1);
          s2 = q.fma(broadcast(x[k + 2]), s2);
          s3 = q.fma(broadcast(x[k + 3]), s3);
        }
        int at = to + c * TOKENS * WIDTH;
        s0.intoArray(chains, at);
        s1.intoArray(chains, at + WIDTH);
        s2.intoArray(chains, at + 2 * WIDTH);
        s3.intoArray(chains, at + 3 * WIDTH);
      }
    }
  }
}

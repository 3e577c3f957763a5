package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ints;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.zero;
import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Chains of quants of four bits: the eight columns of an int each. */
final class TileNibbles {
  private TileNibbles() {}

  /** From -8 to 7. */
  static final class Signed extends PackedTile {
    private final long bytes; // of a block

    Signed(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type);
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int c = 0; c < 4 * blocks; c++) {
        IntVector w = ints(start + (c >> 2) * bytes + (c & 3) * 64L);
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
        for (int half = 0; half < 2; half++) {
          IntVector v = w.lanewise(LSHL, 16 - 16 * half);
          int first = from + (c * 8 + half * 4) * TOKENS;
          for (int j = 0; j < 4; j++) {
            FloatVector q = floats(v.lanewise(LSHL, 12 - 4 * j).lanewise(ASHR, 28));
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

  /** From 0 to 15. */
  static final class Unsigned extends PackedTile {
    private final long bytes; // of a block

    Unsigned(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type);
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int c = 0; c < 4 * blocks; c++) {
        IntVector w = ints(start + (c >> 2) * bytes + (c & 3) * 64L);
        FloatVector s0 = zero();
        FloatVector s1 = zero();
        FloatVector s2 = zero();
        FloatVector s3 = zero();
        for (int half = 0; half < 2; half++) {
          IntVector v = w.lanewise(LSHR, 16 * half);
          int first = from + (c * 8 + half * 4) * TOKENS;
          for (int j = 0; j < 4; j++) {
            FloatVector q = floats(v.lanewise(LSHR, 4 * j).and(15));
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
}

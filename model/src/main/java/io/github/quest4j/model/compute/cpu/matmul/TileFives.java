package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.DecodeActivations.SPREAD;
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

/** Chains of quants of five bits: six columns of an int, then six of one of the second half. */
final class TileFives {
  private TileFives() {}

  /** From -16 to 15. */
  static final class Signed extends PackedTile {
    private final long bytes; // of a block

    Signed(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type);
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int b = 0; b < blocks; b++) {
        for (int i = 0; i < 3; i++) {
          FloatVector s0 = zero();
          FloatVector s1 = zero();
          FloatVector s2 = zero();
          FloatVector s3 = zero();
          for (int quarter = 0; quarter < 4; quarter++) {
            int half = quarter & 1;
            IntVector w = ints(start + b * bytes + (quarter >> 1) * 192L + i * 64L);
            IntVector v = w.lanewise(LSHL, 15 - 15 * half);
            int first = from + (b * SPREAD + (quarter >> 1) * 18 + i * 6 + half * 3) * TOKENS;
            for (int j = 0; j < 3; j++) {
              FloatVector q = floats(v.lanewise(LSHL, 12 - 5 * j).lanewise(ASHR, 27));
              int k = first + j * TOKENS;
              s0 = q.fma(broadcast(x[k]), s0);
              s1 = q.fma(broadcast(x[k + 1]), s1);
              s2 = q.fma(broadcast(x[k + 2]), s2);
              s3 = q.fma(broadcast(x[k + 3]), s3);
            }
          }
          int at = to + (b * 3 + i) * TOKENS * WIDTH;
          s0.intoArray(chains, at);
          s1.intoArray(chains, at + WIDTH);
          s2.intoArray(chains, at + 2 * WIDTH);
          s3.intoArray(chains, at + 3 * WIDTH);
        }
      }
    }
  }

  /** From 0 to 31. */
  static final class Unsigned extends PackedTile {
    private final long bytes; // of a block

    Unsigned(GgmlType type) {
      super(type);
      this.bytes = PackedKernel.blockBytes(type);
    }

    @Override
    void products(long quants, int blocks, float[] x, int from, float[] chains, int to) {
      long start = Lanes.address(quants);
      for (int b = 0; b < blocks; b++) {
        for (int i = 0; i < 3; i++) {
          FloatVector s0 = zero();
          FloatVector s1 = zero();
          FloatVector s2 = zero();
          FloatVector s3 = zero();
          for (int quarter = 0; quarter < 4; quarter++) {
            int half = quarter & 1;
            IntVector w = ints(start + b * bytes + (quarter >> 1) * 192L + i * 64L);
            IntVector v = w.lanewise(LSHR, 15 * half);
            int first = from + (b * SPREAD + (quarter >> 1) * 18 + i * 6 + half * 3) * TOKENS;
            for (int j = 0; j < 3; j++) {
              FloatVector q = floats(v.lanewise(LSHR, 5 * j).and(31));
              int k = first + j * TOKENS;
              s0 = q.fma(broadcast(x[k]), s0);
              s1 = q.fma(broadcast(x[k + 1]), s1);
              s2 = q.fma(broadcast(x[k + 2]), s2);
              s3 = q.fma(broadcast(x[k + 3]), s3);
            }
          }
          int at = to + (b * 3 + i) * TOKENS * WIDTH;
          s0.intoArray(chains, at);
          s1.intoArray(chains, at + WIDTH);
          s2.intoArray(chains, at + 2 * WIDTH);
          s3.intoArray(chains, at + 3 * WIDTH);
        }
      }
    }
  }
}

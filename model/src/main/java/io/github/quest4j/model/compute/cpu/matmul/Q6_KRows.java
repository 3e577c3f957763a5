package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.int8;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;

/**
 * Blocks of 256 nibbles, 256 pairs of high bits, a signed scale s for each 16 and an f16 scale d: d
 * s (q - 32), which is exact as d s q - 32 d s. In each half of 128, group g of 32 has the nibbles
 * of byte row g % 2, low ones first, and the g-th pair of bits of each high byte.
 */
final class Q6_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q6_KRows();
  private static final long BLOCK = 210;

  private Q6_KRows() {}

  private static FloatVector weights(long nibbles, long pairs, int group, int part, FloatVector d) {
    return floats(
            bytes(nibbles, part)
                .lanewise(LSHR, group / 2 * 4)
                .and(15)
                .or(bytes(pairs, part).lanewise(LSHR, group * 2).and(3).lanewise(LSHL, 4)))
        .sub(32)
        .mul(d);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int i = 0; i < columns / 128; i++) {
      long block = start + (i >> 1) * BLOCK;
      int half = i & 1;
      float d = half(block + 208);
      for (int group = 0; group < 4; group++) {
        long scales = block + 192 + half * 8L + group * 2L;
        FloatVector d0 = broadcast(d * int8(scales));
        FloatVector d1 = broadcast(d * int8(scales + 1));
        long nibbles = block + half * 64L + group % 2 * 32L;
        long pairs = block + 128 + half * 32L;
        for (int part = 0; part < PARTS; part++) {
          int to = at + i * 128 + group * 32 + part * WIDTH;
          weights(nibbles, pairs, group, part, d0).intoArray(out, to);
          weights(nibbles + 16, pairs + 16, group, part, d1).intoArray(out, to + 16);
        }
      }
    }
  }

  @Override
  void accumulate(long rowA, long rowB, int columns, float[] x, int at, float[] sums) {
    long startA = address(rowA);
    long startB = address(rowB);
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    FloatVector b0 = zero();
    FloatVector b1 = zero();
    for (int i = 0; i < columns / 128; i++) {
      long a = startA + (i >> 1) * BLOCK;
      long b = startB + (i >> 1) * BLOCK;
      int half = i & 1;
      float aD = half(a + 208);
      float bD = half(b + 208);
      for (int group = 0; group < 4; group++) {
        int scales = 192 + half * 8 + group * 2;
        FloatVector ad0 = broadcast(aD * int8(a + scales));
        FloatVector ad1 = broadcast(aD * int8(a + scales + 1));
        FloatVector bd0 = broadcast(bD * int8(b + scales));
        FloatVector bd1 = broadcast(bD * int8(b + scales + 1));
        int nibbles = half * 64 + group % 2 * 32;
        int pairs = 128 + half * 32;
        for (int part = 0; part < PARTS; part++) {
          FloatVector x0 = load(x, at + i * 128 + group * 32 + part * WIDTH);
          FloatVector x1 = load(x, at + i * 128 + group * 32 + part * WIDTH + 16);
          a0 = weights(a + nibbles, a + pairs, group, part, ad0).fma(x0, a0);
          a1 = weights(a + nibbles + 16, a + pairs + 16, group, part, ad1).fma(x1, a1);
          b0 = weights(b + nibbles, b + pairs, group, part, bd0).fma(x0, b0);
          b1 = weights(b + nibbles + 16, b + pairs + 16, group, part, bd1).fma(x1, b1);
        }
      }
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, WIDTH);
    b0.intoArray(sums, 2 * WIDTH);
    b1.intoArray(sums, 3 * WIDTH);
  }
}

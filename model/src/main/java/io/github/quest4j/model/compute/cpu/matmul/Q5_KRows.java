package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.bytes;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.high4;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.low4;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * As Q4_K, with a fifth bit per quant: bit g of high byte l belongs to element l of the g-th 32.
 */
final class Q5_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q5_KRows();
  private static final long BLOCK = 176;

  private Q5_KRows() {}

  private static FloatVector low(long block, int j, int part, FloatVector d, FloatVector m) {
    IntVector q = low4(bytes(block + 48 + j * 32L, part));
    return floats(q.or(fifth(block, 2 * j, part))).fma(d, m);
  }

  private static FloatVector high(long block, int j, int part, FloatVector d, FloatVector m) {
    IntVector q = high4(bytes(block + 48 + j * 32L, part));
    return floats(q.or(fifth(block, 2 * j + 1, part))).fma(d, m);
  }

  private static IntVector fifth(long block, int group, int part) {
    return bytes(block + 16, part).lanewise(LSHR, group).and(1).lanewise(LSHL, 4);
  }

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int i = 0; i < columns / 256; i++) {
      long block = start + i * BLOCK;
      float d = half(block);
      float min = half(block + 2);
      long scales = KScales.scales(block + 4);
      long minima = KScales.minima(block + 4);
      for (int j = 0; j < 4; j++) {
        FloatVector d0 = broadcast(d * KScales.get(scales, 2 * j));
        FloatVector m0 = broadcast(-min * KScales.get(minima, 2 * j));
        FloatVector d1 = broadcast(d * KScales.get(scales, 2 * j + 1));
        FloatVector m1 = broadcast(-min * KScales.get(minima, 2 * j + 1));
        for (int part = 0; part < 2 * PARTS; part++) {
          int to = at + i * 256 + j * 64 + part * WIDTH;
          low(block, j, part, d0, m0).intoArray(out, to);
          high(block, j, part, d1, m1).intoArray(out, to + 32);
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
    for (int i = 0; i < columns / 256; i++) {
      long a = startA + i * BLOCK;
      float aD = half(a);
      float aMin = half(a + 2);
      long aScales = KScales.scales(a + 4);
      long aMinima = KScales.minima(a + 4);
      long b = startB + i * BLOCK;
      float bD = half(b);
      float bMin = half(b + 2);
      long bScales = KScales.scales(b + 4);
      long bMinima = KScales.minima(b + 4);
      for (int j = 0; j < 4; j++) {
        int k = at + i * 256 + j * 64;
        FloatVector ad = broadcast(aD * KScales.get(aScales, 2 * j));
        FloatVector am = broadcast(-aMin * KScales.get(aMinima, 2 * j));
        FloatVector bd = broadcast(bD * KScales.get(bScales, 2 * j));
        FloatVector bm = broadcast(-bMin * KScales.get(bMinima, 2 * j));
        for (int part = 0; part < PARTS; part++) {
          FloatVector x0 = load(x, k + part * WIDTH);
          FloatVector x1 = load(x, k + part * WIDTH + 16);
          a0 = low(a, j, part, ad, am).fma(x0, a0);
          a1 = low(a, j, part + PARTS, ad, am).fma(x1, a1);
          b0 = low(b, j, part, bd, bm).fma(x0, b0);
          b1 = low(b, j, part + PARTS, bd, bm).fma(x1, b1);
        }
        ad = broadcast(aD * KScales.get(aScales, 2 * j + 1));
        am = broadcast(-aMin * KScales.get(aMinima, 2 * j + 1));
        bd = broadcast(bD * KScales.get(bScales, 2 * j + 1));
        bm = broadcast(-bMin * KScales.get(bMinima, 2 * j + 1));
        for (int part = 0; part < PARTS; part++) {
          FloatVector x0 = load(x, k + 32 + part * WIDTH);
          FloatVector x1 = load(x, k + 32 + part * WIDTH + 16);
          a0 = high(a, j, part, ad, am).fma(x0, a0);
          a1 = high(a, j, part + PARTS, ad, am).fma(x1, a1);
          b0 = high(b, j, part, bd, bm).fma(x0, b0);
          b1 = high(b, j, part + PARTS, bd, bm).fma(x1, b1);
        }
      }
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, WIDTH);
    b0.intoArray(sums, 2 * WIDTH);
    b1.intoArray(sums, 3 * WIDTH);
  }
}

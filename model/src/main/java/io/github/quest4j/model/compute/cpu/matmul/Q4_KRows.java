package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.packed;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.piece;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Blocks of f16 scale d, f16 scale of minima m, eight pairs of a 6-bit scale s and minimum t, and
 * 256 nibbles: d s q - m t.
 */
final class Q4_KRows extends RowKernel {
  static final RowKernel INSTANCE = new Q4_KRows();
  private static final long BLOCK = 144;

  private Q4_KRows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    for (int i = 0; i < columns / 256; i++) {
      long block = start + i * BLOCK;
      float scale = half(block);
      float minimum = -half(block + 2);
      long scales = KScales.scales(block + 4);
      long minima = KScales.minima(block + 4);
      for (int group = 0; group < 8; group++) {
        FloatVector d = broadcast(scale * KScales.get(scales, group));
        FloatVector m = broadcast(minimum * KScales.get(minima, group));
        for (int part = 0; part < 2 * PARTS; part++) {
          IntVector q =
              packed(block + 16 + (group >> 1) * 32L, part)
                  .lanewise(LSHR, (group & 1) * 4)
                  .and(0x0f0f0f0f);
          ((FloatVector) q.reinterpretAsBytes().convertShape(B2F, F, piece(part)))
              .fma(d, m)
              .intoArray(out, at + i * 256 + group * 32 + part * WIDTH);
        }
      }
    }
  }

  @Override
  void accumulate(
      long first, int rows, int columns, float[] x, int at, float[] sums, float[] scales) {
    long rowBytes = columns / 256 * BLOCK;
    int groups = columns / 32;
    KScales.decode(first, BLOCK, rows * (columns / 256), scales);
    for (int r = 0; r < rows; r++) {
      long row = first + r * rowBytes;
      int from = r * groups;
      int minima = (rows + r) * groups;
      if (PARTS == 1) {
        pairs(row, columns, x, at, scales, from, minima, sums, r * 2 * WIDTH);
      } else {
        groups(row, columns, x, at, scales, from, minima, sums, r * 2 * WIDTH);
      }
    }
  }

  /** 64 columns at a time, whose quants share bytes, where 16 columns are a vector. */
  private static void pairs(
      long row,
      int columns,
      float[] x,
      int at,
      float[] scales,
      int from,
      int minima,
      float[] sums,
      int to) {
    long start = address(row);
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    for (int pair = 0; pair < columns / 64; pair++) {
      long block = start + (pair >> 2) * BLOCK;
      int k = at + pair * 64;
      FloatVector d = broadcast(scales[from + 2 * pair]);
      FloatVector m = broadcast(scales[minima + 2 * pair]);
      IntVector q0 = packed(block + 16 + (pair & 3) * 32L, 0);
      IntVector q1 = packed(block + 16 + (pair & 3) * 32L, 1);
      a0 =
          ((FloatVector) q0.and(0x0f0f0f0f).reinterpretAsBytes().convertShape(B2F, F, 0))
              .fma(d, m)
              .fma(load(x, k), a0);
      a1 =
          ((FloatVector) q1.and(0x0f0f0f0f).reinterpretAsBytes().convertShape(B2F, F, 0))
              .fma(d, m)
              .fma(load(x, k + 16), a1);
      d = broadcast(scales[from + 2 * pair + 1]);
      m = broadcast(scales[minima + 2 * pair + 1]);
      a0 =
          ((FloatVector)
                  q0.lanewise(LSHR, 4).and(0x0f0f0f0f).reinterpretAsBytes().convertShape(B2F, F, 0))
              .fma(d, m)
              .fma(load(x, k + 32), a0);
      a1 =
          ((FloatVector)
                  q1.lanewise(LSHR, 4).and(0x0f0f0f0f).reinterpretAsBytes().convertShape(B2F, F, 0))
              .fma(d, m)
              .fma(load(x, k + 48), a1);
    }
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + WIDTH);
  }

  /** 32 columns at a time: narrower vectors would take those of a pair in another order. */
  private static void groups(
      long row,
      int columns,
      float[] x,
      int at,
      float[] scales,
      int from,
      int minima,
      float[] sums,
      int to) {
    long start = address(row);
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int group = v / PARTS;
      int part = v % PARTS;
      int k = at + group * 32 + part * WIDTH;
      long block = start + (group >> 3) * BLOCK;
      FloatVector d = broadcast(scales[from + group]);
      FloatVector m = broadcast(scales[minima + group]);
      IntVector q0 =
          packed(block + 16 + ((group & 7) >> 1) * 32L, part)
              .lanewise(LSHR, ((group & 7) & 1) * 4)
              .and(0x0f0f0f0f);
      IntVector q1 =
          packed(block + 16 + ((group & 7) >> 1) * 32L, part + PARTS)
              .lanewise(LSHR, ((group & 7) & 1) * 4)
              .and(0x0f0f0f0f);
      a0 =
          ((FloatVector) q0.reinterpretAsBytes().convertShape(B2F, F, piece(part)))
              .fma(d, m)
              .fma(load(x, k), a0);
      a1 =
          ((FloatVector) q1.reinterpretAsBytes().convertShape(B2F, F, piece(part)))
              .fma(d, m)
              .fma(load(x, k + 16), a1);
    }
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + WIDTH);
  }
}

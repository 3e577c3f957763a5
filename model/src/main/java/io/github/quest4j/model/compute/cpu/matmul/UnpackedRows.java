package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.PlainRowKernel.load;
import static io.github.quest4j.model.compute.cpu.matmul.PlainRowKernel.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Products of two unpacked rows with several tokens, in the order of {@link
 * PlainRowKernel#accumulate}. Accumulators go to {@code sums} [token, row, 2, WIDTH].
 */
final class UnpackedRows {
  private UnpackedRows() {}

  static void accumulate1(float[] w, int a, int b, int columns, float[] x, int at, float[] sums) {
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    FloatVector b0 = zero();
    FloatVector b1 = zero();
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int k = v / PARTS * 32 + v % PARTS * WIDTH;
      FloatVector x0 = load(x, at + k);
      FloatVector x1 = load(x, at + k + 16);
      a0 = load(w, a + k).fma(x0, a0);
      a1 = load(w, a + k + 16).fma(x1, a1);
      b0 = load(w, b + k).fma(x0, b0);
      b1 = load(w, b + k + 16).fma(x1, b1);
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, WIDTH);
    b0.intoArray(sums, 2 * WIDTH);
    b1.intoArray(sums, 3 * WIDTH);
  }

  static void accumulate4(
      float[] w, int a, int b, int columns, float[] x, int at, int stride, float[] sums) {
    int at1 = at + stride;
    int at2 = at + 2 * stride;
    int at3 = at + 3 * stride;
    FloatVector a00 = zero();
    FloatVector a01 = zero();
    FloatVector a10 = zero();
    FloatVector a11 = zero();
    FloatVector a20 = zero();
    FloatVector a21 = zero();
    FloatVector a30 = zero();
    FloatVector a31 = zero();
    FloatVector b00 = zero();
    FloatVector b01 = zero();
    FloatVector b10 = zero();
    FloatVector b11 = zero();
    FloatVector b20 = zero();
    FloatVector b21 = zero();
    FloatVector b30 = zero();
    FloatVector b31 = zero();
    for (int v = 0; v < columns / 32 * PARTS; v++) {
      int k = v / PARTS * 32 + v % PARTS * WIDTH;
      FloatVector wa = load(w, a + k);
      FloatVector wb = load(w, b + k);
      FloatVector xt = load(x, at + k);
      a00 = wa.fma(xt, a00);
      b00 = wb.fma(xt, b00);
      xt = load(x, at1 + k);
      a10 = wa.fma(xt, a10);
      b10 = wb.fma(xt, b10);
      xt = load(x, at2 + k);
      a20 = wa.fma(xt, a20);
      b20 = wb.fma(xt, b20);
      xt = load(x, at3 + k);
      a30 = wa.fma(xt, a30);
      b30 = wb.fma(xt, b30);
      wa = load(w, a + k + 16);
      wb = load(w, b + k + 16);
      xt = load(x, at + k + 16);
      a01 = wa.fma(xt, a01);
      b01 = wb.fma(xt, b01);
      xt = load(x, at1 + k + 16);
      a11 = wa.fma(xt, a11);
      b11 = wb.fma(xt, b11);
      xt = load(x, at2 + k + 16);
      a21 = wa.fma(xt, a21);
      b21 = wb.fma(xt, b21);
      xt = load(x, at3 + k + 16);
      a31 = wa.fma(xt, a31);
      b31 = wb.fma(xt, b31);
    }
    a00.intoArray(sums, 0);
    a01.intoArray(sums, WIDTH);
    b00.intoArray(sums, 2 * WIDTH);
    b01.intoArray(sums, 3 * WIDTH);
    a10.intoArray(sums, 4 * WIDTH);
    a11.intoArray(sums, 5 * WIDTH);
    b10.intoArray(sums, 6 * WIDTH);
    b11.intoArray(sums, 7 * WIDTH);
    a20.intoArray(sums, 8 * WIDTH);
    a21.intoArray(sums, 9 * WIDTH);
    b20.intoArray(sums, 10 * WIDTH);
    b21.intoArray(sums, 11 * WIDTH);
    a30.intoArray(sums, 12 * WIDTH);
    a31.intoArray(sums, 13 * WIDTH);
    b30.intoArray(sums, 14 * WIDTH);
    b31.intoArray(sums, 15 * WIDTH);
  }

  /** Adds the columns after the last whole 32. */
  static float tail(float sum, float[] w, int row, int columns, float[] x, int at) {
    for (int k = columns / 32 * 32; k < columns; k++) {
      sum = Math.fma(w[row + k], x[at + k], sum);
    }
    return sum;
  }
}

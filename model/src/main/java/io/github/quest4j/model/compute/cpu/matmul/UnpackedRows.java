package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.sum;
import static io.github.quest4j.model.compute.cpu.matmul.RowKernel.load;
import static io.github.quest4j.model.compute.cpu.matmul.RowKernel.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Products of two unpacked rows with several tokens, in the order of {@link RowKernel#dots}.
 * Results go to {@code out[2 * token]} (first row) and {@code out[2 * token + 1]}.
 */
final class UnpackedRows {
  private UnpackedRows() {}

  static void dots1(float[] w, int a, int b, int columns, float[] x, int at, float[] out) {
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    FloatVector b0 = zero();
    FloatVector b1 = zero();
    for (int i = 0; i < columns / 32; i++) {
      for (int part = 0; part < PARTS; part++) {
        int k = i * 32 + part * WIDTH;
        FloatVector x0 = load(x, at + k);
        FloatVector x1 = load(x, at + k + 16);
        a0 = load(w, a + k).fma(x0, a0);
        a1 = load(w, a + k + 16).fma(x1, a1);
        b0 = load(w, b + k).fma(x0, b0);
        b1 = load(w, b + k + 16).fma(x1, b1);
      }
    }
    out[0] = tail(sum(a0, a1), w, a, columns, x, at);
    out[1] = tail(sum(b0, b1), w, b, columns, x, at);
  }

  static void dots4(
      float[] w, int a, int b, int columns, float[] x, int at, int stride, float[] out) {
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
    for (int i = 0; i < columns / 32; i++) {
      for (int part = 0; part < PARTS; part++) {
        int k = i * 32 + part * WIDTH;
        FloatVector wa = load(w, a + k);
        FloatVector wb = load(w, b + k);
        FloatVector v = load(x, at + k);
        a00 = wa.fma(v, a00);
        b00 = wb.fma(v, b00);
        v = load(x, at1 + k);
        a10 = wa.fma(v, a10);
        b10 = wb.fma(v, b10);
        v = load(x, at2 + k);
        a20 = wa.fma(v, a20);
        b20 = wb.fma(v, b20);
        v = load(x, at3 + k);
        a30 = wa.fma(v, a30);
        b30 = wb.fma(v, b30);
        wa = load(w, a + k + 16);
        wb = load(w, b + k + 16);
        v = load(x, at + k + 16);
        a01 = wa.fma(v, a01);
        b01 = wb.fma(v, b01);
        v = load(x, at1 + k + 16);
        a11 = wa.fma(v, a11);
        b11 = wb.fma(v, b11);
        v = load(x, at2 + k + 16);
        a21 = wa.fma(v, a21);
        b21 = wb.fma(v, b21);
        v = load(x, at3 + k + 16);
        a31 = wa.fma(v, a31);
        b31 = wb.fma(v, b31);
      }
    }
    out[0] = tail(sum(a00, a01), w, a, columns, x, at);
    out[1] = tail(sum(b00, b01), w, b, columns, x, at);
    out[2] = tail(sum(a10, a11), w, a, columns, x, at1);
    out[3] = tail(sum(b10, b11), w, b, columns, x, at1);
    out[4] = tail(sum(a20, a21), w, a, columns, x, at2);
    out[5] = tail(sum(b20, b21), w, b, columns, x, at2);
    out[6] = tail(sum(a30, a31), w, a, columns, x, at3);
    out[7] = tail(sum(b30, b31), w, b, columns, x, at3);
  }

  private static float tail(float sum, float[] w, int row, int columns, float[] x, int at) {
    for (int k = columns / 32 * 32; k < columns; k++) {
      sum = Math.fma(w[row + k], x[at + k], sum);
    }
    return sum;
  }
}

package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The matrix product under prefill attention: c[i][r] = correction[r] * c[i][r] + sum_k a[i][k] *
 * b[k][r], queries r in the lanes.
 *
 * <p>Each element is its own chain of fused multiply-adds in the order of k, so it does not depend
 * on which other rows are computed beside it.
 */
final class VectorProduct {

  private static final int PANEL = 3 * LANES;

  private VectorProduct() {}

  /**
   * @param a element (i, k) at {@code i * aRow + k * aStep}
   * @param aRows rows of a and c, a multiple of 4
   * @param b {@code [depth, rows]}
   * @param c {@code [aRows, rows]}
   * @param rows a multiple of LANES
   * @param correction factors {@code [rows]} of what c holds
   * @param add whether c holds something; otherwise it is overwritten
   */
  static void multiply(
      float[] a,
      int aRow,
      int aStep,
      int aRows,
      float[] b,
      float[] c,
      int rows,
      int depth,
      float[] correction,
      boolean add) {
    int r = 0;
    for (; r + PANEL <= rows; r += PANEL) {
      int i = 0;
      for (; LANES == 16 && i + 8 <= aRows; i += 8) { // as many as the registers hold
        int at = i * rows + r;
        product8(a, i * aRow, aRow, aStep, b, r, c, at, rows, depth, correction, add ? r : -1);
      }
      for (; i < aRows; i += 4) {
        int at = i * rows + r;
        product3(a, i * aRow, aRow, aStep, b, r, c, at, rows, depth, correction, add ? r : -1);
      }
    }
    for (; r < rows; r += LANES) {
      for (int i = 0; i < aRows; i += 4) {
        int at = i * rows + r;
        product1(a, i * aRow, aRow, aStep, b, r, c, at, rows, depth, correction, add ? r : -1);
      }
    }
  }

  private static void product8(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int rows,
      int depth,
      float[] correction,
      int k0) {
    FloatVector c00;
    FloatVector c01;
    FloatVector c02;
    FloatVector c10;
    FloatVector c11;
    FloatVector c12;
    FloatVector c20;
    FloatVector c21;
    FloatVector c22;
    FloatVector c30;
    FloatVector c31;
    FloatVector c32;
    FloatVector c40;
    FloatVector c41;
    FloatVector c42;
    FloatVector c50;
    FloatVector c51;
    FloatVector c52;
    FloatVector c60;
    FloatVector c61;
    FloatVector c62;
    FloatVector c70;
    FloatVector c71;
    FloatVector c72;
    if (k0 >= 0) {
      FloatVector f0 = FloatVector.fromArray(FLOATS, correction, k0);
      FloatVector f1 = FloatVector.fromArray(FLOATS, correction, k0 + LANES);
      FloatVector f2 = FloatVector.fromArray(FLOATS, correction, k0 + 2 * LANES);
      c00 = FloatVector.fromArray(FLOATS, c, c0).mul(f0);
      c01 = FloatVector.fromArray(FLOATS, c, c0 + LANES).mul(f1);
      c02 = FloatVector.fromArray(FLOATS, c, c0 + 2 * LANES).mul(f2);
      c10 = FloatVector.fromArray(FLOATS, c, c0 + rows).mul(f0);
      c11 = FloatVector.fromArray(FLOATS, c, c0 + rows + LANES).mul(f1);
      c12 = FloatVector.fromArray(FLOATS, c, c0 + rows + 2 * LANES).mul(f2);
      c20 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows).mul(f0);
      c21 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows + LANES).mul(f1);
      c22 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows + 2 * LANES).mul(f2);
      c30 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows).mul(f0);
      c31 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows + LANES).mul(f1);
      c32 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows + 2 * LANES).mul(f2);
      c40 = FloatVector.fromArray(FLOATS, c, c0 + 4 * rows).mul(f0);
      c41 = FloatVector.fromArray(FLOATS, c, c0 + 4 * rows + LANES).mul(f1);
      c42 = FloatVector.fromArray(FLOATS, c, c0 + 4 * rows + 2 * LANES).mul(f2);
      c50 = FloatVector.fromArray(FLOATS, c, c0 + 5 * rows).mul(f0);
      c51 = FloatVector.fromArray(FLOATS, c, c0 + 5 * rows + LANES).mul(f1);
      c52 = FloatVector.fromArray(FLOATS, c, c0 + 5 * rows + 2 * LANES).mul(f2);
      c60 = FloatVector.fromArray(FLOATS, c, c0 + 6 * rows).mul(f0);
      c61 = FloatVector.fromArray(FLOATS, c, c0 + 6 * rows + LANES).mul(f1);
      c62 = FloatVector.fromArray(FLOATS, c, c0 + 6 * rows + 2 * LANES).mul(f2);
      c70 = FloatVector.fromArray(FLOATS, c, c0 + 7 * rows).mul(f0);
      c71 = FloatVector.fromArray(FLOATS, c, c0 + 7 * rows + LANES).mul(f1);
      c72 = FloatVector.fromArray(FLOATS, c, c0 + 7 * rows + 2 * LANES).mul(f2);
    } else {
      c00 = FloatVector.zero(FLOATS);
      c01 = FloatVector.zero(FLOATS);
      c02 = FloatVector.zero(FLOATS);
      c10 = FloatVector.zero(FLOATS);
      c11 = FloatVector.zero(FLOATS);
      c12 = FloatVector.zero(FLOATS);
      c20 = FloatVector.zero(FLOATS);
      c21 = FloatVector.zero(FLOATS);
      c22 = FloatVector.zero(FLOATS);
      c30 = FloatVector.zero(FLOATS);
      c31 = FloatVector.zero(FLOATS);
      c32 = FloatVector.zero(FLOATS);
      c40 = FloatVector.zero(FLOATS);
      c41 = FloatVector.zero(FLOATS);
      c42 = FloatVector.zero(FLOATS);
      c50 = FloatVector.zero(FLOATS);
      c51 = FloatVector.zero(FLOATS);
      c52 = FloatVector.zero(FLOATS);
      c60 = FloatVector.zero(FLOATS);
      c61 = FloatVector.zero(FLOATS);
      c62 = FloatVector.zero(FLOATS);
      c70 = FloatVector.zero(FLOATS);
      c71 = FloatVector.zero(FLOATS);
      c72 = FloatVector.zero(FLOATS);
    }
    for (int k = 0, ak = a0, bk = b0; k < depth; k++, ak += aStep, bk += rows) {
      FloatVector row0 = FloatVector.fromArray(FLOATS, b, bk);
      FloatVector row1 = FloatVector.fromArray(FLOATS, b, bk + LANES);
      FloatVector row2 = FloatVector.fromArray(FLOATS, b, bk + 2 * LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[ak]);
      c00 = row0.fma(x0, c00);
      c01 = row1.fma(x0, c01);
      c02 = row2.fma(x0, c02);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[ak + aRow]);
      c10 = row0.fma(x1, c10);
      c11 = row1.fma(x1, c11);
      c12 = row2.fma(x1, c12);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[ak + 2 * aRow]);
      c20 = row0.fma(x2, c20);
      c21 = row1.fma(x2, c21);
      c22 = row2.fma(x2, c22);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[ak + 3 * aRow]);
      c30 = row0.fma(x3, c30);
      c31 = row1.fma(x3, c31);
      c32 = row2.fma(x3, c32);
      FloatVector x4 = FloatVector.broadcast(FLOATS, a[ak + 4 * aRow]);
      c40 = row0.fma(x4, c40);
      c41 = row1.fma(x4, c41);
      c42 = row2.fma(x4, c42);
      FloatVector x5 = FloatVector.broadcast(FLOATS, a[ak + 5 * aRow]);
      c50 = row0.fma(x5, c50);
      c51 = row1.fma(x5, c51);
      c52 = row2.fma(x5, c52);
      FloatVector x6 = FloatVector.broadcast(FLOATS, a[ak + 6 * aRow]);
      c60 = row0.fma(x6, c60);
      c61 = row1.fma(x6, c61);
      c62 = row2.fma(x6, c62);
      FloatVector x7 = FloatVector.broadcast(FLOATS, a[ak + 7 * aRow]);
      c70 = row0.fma(x7, c70);
      c71 = row1.fma(x7, c71);
      c72 = row2.fma(x7, c72);
    }
    c00.intoArray(c, c0);
    c01.intoArray(c, c0 + LANES);
    c02.intoArray(c, c0 + 2 * LANES);
    c10.intoArray(c, c0 + rows);
    c11.intoArray(c, c0 + rows + LANES);
    c12.intoArray(c, c0 + rows + 2 * LANES);
    c20.intoArray(c, c0 + 2 * rows);
    c21.intoArray(c, c0 + 2 * rows + LANES);
    c22.intoArray(c, c0 + 2 * rows + 2 * LANES);
    c30.intoArray(c, c0 + 3 * rows);
    c31.intoArray(c, c0 + 3 * rows + LANES);
    c32.intoArray(c, c0 + 3 * rows + 2 * LANES);
    c40.intoArray(c, c0 + 4 * rows);
    c41.intoArray(c, c0 + 4 * rows + LANES);
    c42.intoArray(c, c0 + 4 * rows + 2 * LANES);
    c50.intoArray(c, c0 + 5 * rows);
    c51.intoArray(c, c0 + 5 * rows + LANES);
    c52.intoArray(c, c0 + 5 * rows + 2 * LANES);
    c60.intoArray(c, c0 + 6 * rows);
    c61.intoArray(c, c0 + 6 * rows + LANES);
    c62.intoArray(c, c0 + 6 * rows + 2 * LANES);
    c70.intoArray(c, c0 + 7 * rows);
    c71.intoArray(c, c0 + 7 * rows + LANES);
    c72.intoArray(c, c0 + 7 * rows + 2 * LANES);
  }

  private static void product3(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int rows,
      int depth,
      float[] correction,
      int k0) {
    FloatVector c00;
    FloatVector c01;
    FloatVector c02;
    FloatVector c10;
    FloatVector c11;
    FloatVector c12;
    FloatVector c20;
    FloatVector c21;
    FloatVector c22;
    FloatVector c30;
    FloatVector c31;
    FloatVector c32;
    if (k0 >= 0) {
      FloatVector f0 = FloatVector.fromArray(FLOATS, correction, k0);
      FloatVector f1 = FloatVector.fromArray(FLOATS, correction, k0 + LANES);
      FloatVector f2 = FloatVector.fromArray(FLOATS, correction, k0 + 2 * LANES);
      c00 = FloatVector.fromArray(FLOATS, c, c0).mul(f0);
      c01 = FloatVector.fromArray(FLOATS, c, c0 + LANES).mul(f1);
      c02 = FloatVector.fromArray(FLOATS, c, c0 + 2 * LANES).mul(f2);
      c10 = FloatVector.fromArray(FLOATS, c, c0 + rows).mul(f0);
      c11 = FloatVector.fromArray(FLOATS, c, c0 + rows + LANES).mul(f1);
      c12 = FloatVector.fromArray(FLOATS, c, c0 + rows + 2 * LANES).mul(f2);
      c20 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows).mul(f0);
      c21 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows + LANES).mul(f1);
      c22 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows + 2 * LANES).mul(f2);
      c30 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows).mul(f0);
      c31 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows + LANES).mul(f1);
      c32 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows + 2 * LANES).mul(f2);
    } else {
      c00 = FloatVector.zero(FLOATS);
      c01 = FloatVector.zero(FLOATS);
      c02 = FloatVector.zero(FLOATS);
      c10 = FloatVector.zero(FLOATS);
      c11 = FloatVector.zero(FLOATS);
      c12 = FloatVector.zero(FLOATS);
      c20 = FloatVector.zero(FLOATS);
      c21 = FloatVector.zero(FLOATS);
      c22 = FloatVector.zero(FLOATS);
      c30 = FloatVector.zero(FLOATS);
      c31 = FloatVector.zero(FLOATS);
      c32 = FloatVector.zero(FLOATS);
    }
    for (int k = 0, ak = a0, bk = b0; k < depth; k++, ak += aStep, bk += rows) {
      FloatVector row0 = FloatVector.fromArray(FLOATS, b, bk);
      FloatVector row1 = FloatVector.fromArray(FLOATS, b, bk + LANES);
      FloatVector row2 = FloatVector.fromArray(FLOATS, b, bk + 2 * LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[ak]);
      c00 = row0.fma(x0, c00);
      c01 = row1.fma(x0, c01);
      c02 = row2.fma(x0, c02);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[ak + aRow]);
      c10 = row0.fma(x1, c10);
      c11 = row1.fma(x1, c11);
      c12 = row2.fma(x1, c12);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[ak + 2 * aRow]);
      c20 = row0.fma(x2, c20);
      c21 = row1.fma(x2, c21);
      c22 = row2.fma(x2, c22);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[ak + 3 * aRow]);
      c30 = row0.fma(x3, c30);
      c31 = row1.fma(x3, c31);
      c32 = row2.fma(x3, c32);
    }
    c00.intoArray(c, c0);
    c01.intoArray(c, c0 + LANES);
    c02.intoArray(c, c0 + 2 * LANES);
    c10.intoArray(c, c0 + rows);
    c11.intoArray(c, c0 + rows + LANES);
    c12.intoArray(c, c0 + rows + 2 * LANES);
    c20.intoArray(c, c0 + 2 * rows);
    c21.intoArray(c, c0 + 2 * rows + LANES);
    c22.intoArray(c, c0 + 2 * rows + 2 * LANES);
    c30.intoArray(c, c0 + 3 * rows);
    c31.intoArray(c, c0 + 3 * rows + LANES);
    c32.intoArray(c, c0 + 3 * rows + 2 * LANES);
  }

  private static void product1(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int rows,
      int depth,
      float[] correction,
      int k0) {
    FloatVector c00;
    FloatVector c10;
    FloatVector c20;
    FloatVector c30;
    if (k0 >= 0) {
      FloatVector f0 = FloatVector.fromArray(FLOATS, correction, k0);
      c00 = FloatVector.fromArray(FLOATS, c, c0).mul(f0);
      c10 = FloatVector.fromArray(FLOATS, c, c0 + rows).mul(f0);
      c20 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rows).mul(f0);
      c30 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rows).mul(f0);
    } else {
      c00 = FloatVector.zero(FLOATS);
      c10 = FloatVector.zero(FLOATS);
      c20 = FloatVector.zero(FLOATS);
      c30 = FloatVector.zero(FLOATS);
    }
    for (int k = 0, ak = a0, bk = b0; k < depth; k++, ak += aStep, bk += rows) {
      FloatVector row0 = FloatVector.fromArray(FLOATS, b, bk);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[ak]);
      c00 = row0.fma(x0, c00);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[ak + aRow]);
      c10 = row0.fma(x1, c10);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[ak + 2 * aRow]);
      c20 = row0.fma(x2, c20);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[ak + 3 * aRow]);
      c30 = row0.fma(x3, c30);
    }
    c00.intoArray(c, c0);
    c10.intoArray(c, c0 + rows);
    c20.intoArray(c, c0 + 2 * rows);
    c30.intoArray(c, c0 + 3 * rows);
  }
}

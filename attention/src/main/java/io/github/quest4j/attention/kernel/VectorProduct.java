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
      for (int i = 0; i < aRows; i += 4) {
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

package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.PlainRowKernel.load;
import static io.github.quest4j.model.compute.cpu.matmul.PlainRowKernel.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Products of six unpacked rows with a tile of packed tokens, one token a lane, so that each
 * element is the sum over k in ascending order whatever the tile. Twelve accumulators and two
 * activations leave two of the sixteen registers that AVX2 has.
 */
final class TileKernel {
  static final int ROWS = 6;

  private TileKernel() {}

  /**
   * @param w rows of weights, {@code stride} apart from {@code row} on
   * @param x activations [columns, 2 WIDTH] from {@code at} on
   * @param tile receives [6, 2 WIDTH]
   */
  static void wide(float[] w, int row, int stride, int columns, float[] x, int at, float[] tile) {
    int w1 = row + stride;
    int w2 = row + 2 * stride;
    int w3 = row + 3 * stride;
    int w4 = row + 4 * stride;
    int w5 = row + 5 * stride;
    FloatVector a0 = zero();
    FloatVector a1 = zero();
    FloatVector b0 = zero();
    FloatVector b1 = zero();
    FloatVector c0 = zero();
    FloatVector c1 = zero();
    FloatVector d0 = zero();
    FloatVector d1 = zero();
    FloatVector e0 = zero();
    FloatVector e1 = zero();
    FloatVector f0 = zero();
    FloatVector f1 = zero();
    for (int k = 0; k < columns; k++) {
      FloatVector x0 = load(x, at + k * 2 * WIDTH);
      FloatVector x1 = load(x, at + k * 2 * WIDTH + WIDTH);
      FloatVector v = Lanes.broadcast(w[row + k]);
      a0 = v.fma(x0, a0);
      a1 = v.fma(x1, a1);
      v = Lanes.broadcast(w[w1 + k]);
      b0 = v.fma(x0, b0);
      b1 = v.fma(x1, b1);
      v = Lanes.broadcast(w[w2 + k]);
      c0 = v.fma(x0, c0);
      c1 = v.fma(x1, c1);
      v = Lanes.broadcast(w[w3 + k]);
      d0 = v.fma(x0, d0);
      d1 = v.fma(x1, d1);
      v = Lanes.broadcast(w[w4 + k]);
      e0 = v.fma(x0, e0);
      e1 = v.fma(x1, e1);
      v = Lanes.broadcast(w[w5 + k]);
      f0 = v.fma(x0, f0);
      f1 = v.fma(x1, f1);
    }
    a0.intoArray(tile, 0);
    a1.intoArray(tile, WIDTH);
    b0.intoArray(tile, 2 * WIDTH);
    b1.intoArray(tile, 3 * WIDTH);
    c0.intoArray(tile, 4 * WIDTH);
    c1.intoArray(tile, 5 * WIDTH);
    d0.intoArray(tile, 6 * WIDTH);
    d1.intoArray(tile, 7 * WIDTH);
    e0.intoArray(tile, 8 * WIDTH);
    e1.intoArray(tile, 9 * WIDTH);
    f0.intoArray(tile, 10 * WIDTH);
    f1.intoArray(tile, 11 * WIDTH);
  }

  /** As {@link #wide}, with activations [columns, WIDTH] and a tile [6, WIDTH]. */
  static void narrow(float[] w, int row, int stride, int columns, float[] x, int at, float[] tile) {
    int w1 = row + stride;
    int w2 = row + 2 * stride;
    int w3 = row + 3 * stride;
    int w4 = row + 4 * stride;
    int w5 = row + 5 * stride;
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    FloatVector e = zero();
    FloatVector f = zero();
    for (int k = 0; k < columns; k++) {
      FloatVector v = load(x, at + k * WIDTH);
      a = Lanes.broadcast(w[row + k]).fma(v, a);
      b = Lanes.broadcast(w[w1 + k]).fma(v, b);
      c = Lanes.broadcast(w[w2 + k]).fma(v, c);
      d = Lanes.broadcast(w[w3 + k]).fma(v, d);
      e = Lanes.broadcast(w[w4 + k]).fma(v, e);
      f = Lanes.broadcast(w[w5 + k]).fma(v, f);
    }
    a.intoArray(tile, 0);
    b.intoArray(tile, WIDTH);
    c.intoArray(tile, 2 * WIDTH);
    d.intoArray(tile, 3 * WIDTH);
    e.intoArray(tile, 4 * WIDTH);
    f.intoArray(tile, 5 * WIDTH);
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.address;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.half;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.halfs;

import jdk.incubator.vector.FloatVector;

/** IEEE half floats. */
final class F16Rows extends PlainRowKernel {
  static final PlainRowKernel INSTANCE = new F16Rows();
  private static final long ELEMENT = 2;

  private F16Rows() {}

  @Override
  void unpack(long row, int columns, float[] out, int at) {
    long start = address(row);
    int whole = columns / WIDTH * WIDTH;
    for (int k = 0; k < whole; k += WIDTH) {
      halfs(start + k * ELEMENT).intoArray(out, at + k);
    }
    for (int k = whole; k < columns; k++) {
      out[at + k] = half(start + k * ELEMENT);
    }
  }

  @Override
  void accumulate(long first, int rows, int columns, float[] x, int at, float[] sums) {
    long rowBytes = columns * ELEMENT;
    for (int r = 0; r < rows; r++) {
      long start = address(first + r * rowBytes);
      FloatVector a0 = zero();
      FloatVector a1 = zero();
      for (int v = 0; v < columns / 32 * PARTS; v++) {
        int k = v / PARTS * 32 + v % PARTS * WIDTH;
        FloatVector x0 = load(x, at + k);
        FloatVector x1 = load(x, at + k + 16);
        a0 = halfs(start + k * ELEMENT).fma(x0, a0);
        a1 = halfs(start + (k + 16) * ELEMENT).fma(x1, a1);
      }
      a0.intoArray(sums, r * 2 * WIDTH);
      a1.intoArray(sums, r * 2 * WIDTH + WIDTH);
    }
  }

  @Override
  float tail(float sum, long row, int columns, float[] x, int at) {
    for (int k = columns / 32 * 32; k < columns; k++) {
      sum = Math.fma(half(address(row) + k * ELEMENT), x[at + k], sum);
    }
    return sum;
  }
}

package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.model.compute.Tensor;

/**
 * Activations on the heap.
 *
 * @param data {@code [rows, columns]}
 */
record CpuTensor(int rows, int columns, float[] data) implements Tensor {

  static CpuTensor of(int rows, int columns) {
    return new CpuTensor(rows, columns, new float[Math.multiplyExact(rows, columns)]);
  }

  static float[] data(Tensor tensor) {
    return ((CpuTensor) tensor).data;
  }
}

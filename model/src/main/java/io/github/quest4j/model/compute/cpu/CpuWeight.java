package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.compute.cpu.matmul.Dequantizer;
import io.github.quest4j.model.compute.cpu.matmul.MatmulWeights;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufException;
import io.github.quest4j.model.gguf.GgufTensor;

/**
 * A weight where the model file is mapped. Vectors (norms and biases, a thousandth of a model) are
 * unpacked, since several operations walk over them for each row.
 *
 * @param matrix the mapped blocks
 * @param vector the values of a single row, else empty
 */
record CpuWeight(String name, MatmulWeights matrix, float[] vector) implements Weight {

  static CpuWeight of(GgufTensor tensor) {
    if (tensor.rows() > Integer.MAX_VALUE || tensor.columns() > Integer.MAX_VALUE) {
      throw new GgufException(
          "tensor " + tensor.name() + " is too large: " + tensor.rows() + " x " + tensor.columns());
    }
    MatmulWeights matrix =
        new MatmulWeights(
            tensor.data(), tensor.type(), (int) tensor.rows(), (int) tensor.columns());
    float[] vector = new float[matrix.rows() == 1 ? matrix.columns() : 0];
    if (vector.length > 0) {
      Dequantizer.row(matrix, 0, 0, vector.length, vector, 0);
    }
    return new CpuWeight(tensor.name(), matrix, vector);
  }

  GgmlType type() {
    return matrix.type();
  }

  @Override
  public int rows() {
    return matrix.rows();
  }

  @Override
  public int columns() {
    return matrix.columns();
  }

  @Override
  public long bytes() {
    return matrix.decodeBytes();
  }
}

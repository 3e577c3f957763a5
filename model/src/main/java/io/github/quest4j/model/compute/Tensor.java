package io.github.quest4j.model.compute;

/** A matrix of activations, 32-bit floats in the memory of the backend that made it. */
public interface Tensor {

  /** Rows there is room for: one per token of a step. */
  int rows();

  /** Values in a row. */
  int columns();
}

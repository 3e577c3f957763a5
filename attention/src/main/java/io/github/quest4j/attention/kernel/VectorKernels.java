package io.github.quest4j.attention.kernel;

/** Entry to the Vector API classes; loaded only where the module is present. */
final class VectorKernels {

  private VectorKernels() {}

  static Kernels create() {
    return new Kernels(
        "vector, " + VectorShapes.FLOATS.vectorBitSize() + " bits",
        new VectorStoreKernels(),
        new YoungSealKernels(),
        new VectorScoreKernels(),
        new VectorAttend());
  }
}

package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;

/**
 * Products of activations with weights: y[token, row] = Σ_k W[row, k] x[token, k], for the rows of
 * one task.
 *
 * <p>Both products give each (token, row) the same bits whatever tokens stand beside it, however
 * the rows are split and whichever thread computes them. {@link #few} and {@link #many} round
 * differently, so a caller chooses by the kind of step (decode or prefill), not by the number of
 * tokens. Kernels keep no state: one instance serves all threads, each with its own scratch.
 */
public interface MatmulKernels {
  /** The Vector API where the module is there, else scalar loops. */
  static MatmulKernels best() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new VectorMatmul()
        : new ScalarMatmul();
  }

  /** What computes, to be shown to the user: "vector 512" or "scalar". */
  String name();

  /** Rows that a task should have a multiple of, so that no register tile is left half empty. */
  int rowTile();

  /** An empty buffer for up to so many tokens. */
  Activations activations(int maxTokens, int maxColumns);

  /** Writes one row of weights to {@code out[outOffset ..]}: an embedding look-up. */
  void row(MatmulWeights w, int row, float[] out, int outOffset);

  /** Bytes of the copy that {@link #few} reads faster; 0 for types that it reads as stored. */
  long packedBytes(MatmulWeights w);

  /** Whether {@link #few} with weights of a type reads spread activations. */
  boolean spreads(GgmlType type);

  /**
   * Makes that copy in memory from the arena, which must live as long as kernels are used with the
   * matrix. Products read it once it is complete.
   */
  void pack(MatmulWeights w, Arena arena, Sharing sharing);

  /** Runs work on ranges that make up [0, count), by as many threads as there are. */
  @FunctionalInterface
  interface Sharing {
    void run(int count, Ranges work);
  }

  /** Work on a range. */
  @FunctionalInterface
  interface Ranges {
    void run(int from, int to);
  }

  /**
   * The decode product, of one token or of a batch: streams the rows [fromRow, toRow) once and
   * writes {@code y[yOffset + token * yStride + row]}.
   *
   * @throws IndexOutOfBoundsException if the rows are not in the matrix
   * @throws IllegalArgumentException if the activations have other columns, or y or the scratch is
   *     too small
   * @throws IllegalStateException if the weights were closed
   */
  void few(
      MatmulWeights w,
      DecodeActivations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch);

  /**
   * The prefill product of prepared activations with the rows [fromRow, toRow), written to {@code
   * y[yOffset + token * yStride + row]}.
   *
   * @throws IndexOutOfBoundsException if the rows are not in the matrix
   * @throws IllegalArgumentException if the activations have other columns, or y or the scratch is
   *     too small
   * @throws IllegalStateException if the weights were closed
   */
  void many(
      MatmulWeights w,
      Activations x,
      float[] y,
      int yOffset,
      int yStride,
      int fromRow,
      int toRow,
      MatmulScratch scratch);
}

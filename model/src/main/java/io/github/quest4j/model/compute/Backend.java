package io.github.quest4j.model.compute;

import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.model.gguf.GgufTensor;
import java.util.List;

/**
 * A device that a transformer computes on. Its operations are the model's own nouns; each works on
 * the first {@code rows} rows of its tensors.
 *
 * <p>One thread calls a backend at a time. The result of a row depends on that row alone, bit for
 * bit: not on the number of threads, on the other rows of the step or on how a prompt was cut into
 * pieces.
 */
public interface Backend extends AutoCloseable {

  /** The device and the kernels chosen, in one line. */
  String describe();

  /** Activations of that size, zero. */
  Tensor tensor(int rows, int columns);

  /**
   * Makes a tensor of the model file usable.
   *
   * @throws IllegalArgumentException if its type is not supported, naming tensor and type
   */
  Weight weight(GgufTensor tensor);

  /** {@code out[i] = scale * table[tokens[i]]}. */
  void embed(Weight table, int[] tokens, int rows, float scale, Tensor out);

  /** Root mean square norm of each row, times {@code weight}. */
  void rmsNorm(Tensor x, int rows, Weight weight, float epsilon, Tensor out);

  /**
   * Root mean square norm of each head of each row, in place; {@code weight} has one value per
   * channel of a head.
   */
  void headNorm(Tensor x, int rows, Weight weight, float epsilon);

  /** {@code outs[i] = weights[i] x} for each of the weights, which read the same input. */
  void matmul(Tensor x, StepRows rows, List<Weight> weights, List<Tensor> outs);

  /** Adds a vector to each row. */
  void addBias(Tensor x, int rows, Weight bias);

  /** Rotary position embedding of every head of each row, in place. */
  void rope(Tensor x, int rows, int headDim, RopeAngles angles);

  /** Writes keys and values to the cache and attends, as the plan of this step says. */
  void attention(AttentionPlan plan, int layer, Tensor q, Tensor k, Tensor v, Tensor out);

  /** {@code gate = activation(gate) * up}. */
  void gated(Activation activation, Tensor gate, Tensor up, int rows);

  /** {@code x += y}. */
  void add(Tensor x, Tensor y, int rows);

  /** {@code out[i] = x[indices[i]]} for the first {@code count} indices. */
  void gather(Tensor x, int[] indices, int count, Tensor out);

  /** Copies one row to the heap. */
  void read(Tensor x, int row, float[] to);

  @Override
  void close();
}

package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.compute.Activation;
import io.github.quest4j.model.compute.Backend;
import io.github.quest4j.model.compute.RopeAngles;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.gguf.GgufTensor;
import java.util.List;

/**
 * The processor: activations on the heap, weights where they are mapped (for decoding, a copy in
 * the order of its products), rows and output channels shared by the workers.
 */
public final class CpuBackend implements Backend {

  // Work on fewer values than this is done before another thread has woken up.
  private static final int SHARED_FROM = 1 << 14;
  private static final int ROWS_PER_TASK = 8;

  private final Workers workers;
  private final String description;
  private final RowKernels kernels;
  private final CpuMatmul matmul;

  /**
   * A backend that computes with these threads.
   *
   * @param kernels the attention kernels chosen; the others are of the same kind
   * @param room bound on the native memory for copies of weights that decode faster; matrices for
   *     which there is none left are decoded from the file
   */
  public CpuBackend(Workers workers, Kernels kernels, MemoryLimit room) {
    this.workers = workers;
    this.matmul = new CpuMatmul(workers, kernels.vectorised(), room);
    this.kernels = kernels.vectorised() ? new VectorRowKernels() : new ScalarRowKernels();
    this.description =
        "CPU, "
            + workers.threads()
            + (workers.threads() == 1 ? " thread" : " threads")
            + ", kernels: "
            + kernels.describe();
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public Tensor tensor(int rows, int columns) {
    return CpuTensor.of(rows, columns);
  }

  @Override
  public Weight weight(GgufTensor tensor) {
    CpuWeight weight = CpuWeight.of(tensor);
    if (weight.rows() > 1) {
      matmul.expect(weight.columns());
    }
    return weight;
  }

  @Override
  public void embed(Weight table, int[] tokens, int rows, float scale, Tensor out) {
    float[] to = CpuTensor.data(out);
    int columns = out.columns();
    CpuWeight weight = (CpuWeight) table;
    for (int row = 0; row < rows; row++) {
      matmul.row(weight, tokens[row], to, row * columns);
      if (scale != 1) {
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          to[i] *= scale;
        }
      }
    }
  }

  @Override
  public void rmsNorm(Tensor x, int rows, Weight weight, float epsilon, Tensor out) {
    float[] from = CpuTensor.data(x);
    float[] to = CpuTensor.data(out);
    float[] scales = ((CpuWeight) weight).vector();
    int n = x.columns();
    forRows(rows, n, row -> kernels.rmsNorm(from, row * n, scales, n, epsilon, to, row * n));
  }

  @Override
  public void headNorm(Tensor x, int rows, Weight weight, float epsilon) {
    float[] data = CpuTensor.data(x);
    float[] scales = ((CpuWeight) weight).vector();
    int n = x.columns();
    int headDim = scales.length;
    forRows(
        rows,
        n,
        row -> {
          for (int at = row * n; at < (row + 1) * n; at += headDim) {
            kernels.rmsNorm(data, at, scales, headDim, epsilon, data, at);
          }
        });
  }

  @Override
  public void matmul(Tensor x, StepRows rows, List<Weight> weights, List<Tensor> outs) {
    matmul.multiply((CpuTensor) x, rows, weights, outs);
  }

  @Override
  public void addBias(Tensor x, int rows, Weight bias) {
    float[] data = CpuTensor.data(x);
    float[] values = ((CpuWeight) bias).vector();
    int n = x.columns();
    forRows(rows, n, row -> kernels.add(data, row * n, values, 0, n));
  }

  @Override
  public void rope(Tensor x, int rows, int headDim, RopeAngles angles) {
    float[] data = CpuTensor.data(x);
    int n = x.columns();
    int pairs = angles.pairs();
    forRows(
        rows,
        n,
        row -> {
          for (int at = row * n; at < (row + 1) * n; at += headDim) {
            kernels.rope(
                data, at, pairs, angles.interleaved(), angles.cos(), angles.sin(), row * pairs);
          }
        });
  }

  @Override
  public void attention(AttentionPlan plan, int layer, Tensor q, Tensor k, Tensor v, Tensor out) {
    plan.run(
        layer,
        CpuTensor.data(q),
        q.columns(),
        CpuTensor.data(k),
        CpuTensor.data(v),
        k.columns(),
        CpuTensor.data(out),
        out.columns());
  }

  @Override
  public void gated(Activation activation, Tensor gate, Tensor up, int rows) {
    float[] g = CpuTensor.data(gate);
    float[] u = CpuTensor.data(up);
    int n = gate.columns();
    forRows(rows, n, row -> kernels.gated(activation, g, u, row * n, n));
  }

  @Override
  public void add(Tensor x, Tensor y, int rows) {
    float[] to = CpuTensor.data(x);
    float[] from = CpuTensor.data(y);
    int n = x.columns();
    forRows(rows, n, row -> kernels.add(to, row * n, from, row * n, n));
  }

  @Override
  public void gather(Tensor x, int[] indices, int count, Tensor out) {
    int n = x.columns();
    for (int i = 0; i < count; i++) {
      System.arraycopy(CpuTensor.data(x), indices[i] * n, CpuTensor.data(out), i * n, n);
    }
  }

  @Override
  public void read(Tensor x, int row, float[] to) {
    System.arraycopy(CpuTensor.data(x), row * x.columns(), to, 0, x.columns());
  }

  /** One row's work. */
  @FunctionalInterface
  private interface RowWork {
    void run(int row);
  }

  private void forRows(int rows, int columns, RowWork work) {
    if ((long) rows * columns < SHARED_FROM) {
      for (int row = 0; row < rows; row++) {
        work.run(row);
      }
      return;
    }
    workers.run(
        Math.ceilDiv(rows, ROWS_PER_TASK),
        (task, worker) -> {
          int end = Math.min(rows, (task + 1) * ROWS_PER_TASK);
          for (int row = task * ROWS_PER_TASK; row < end; row++) {
            work.run(row);
          }
        });
  }

  @Override
  public void close() {
    matmul.close();
  }
}

package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.compute.Backend;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.compute.cpu.CpuBackend;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufTensor;
import io.github.quest4j.model.gguf.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The matrix product of each tensor type through the backend, on one thread: {@code few} is one
 * token as in decode, or several in a batch, {@code many} are 512 as in prefill.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatmulJmh {

  private static final int MANY = 512;

  @Param({"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "F16", "BF16", "F32"})
  public GgmlType type = GgmlType.Q4_0;

  @Param({"1024"})
  public int columns;

  @Param({"4096"})
  public int rows;

  /** Tokens of {@code few}. */
  @Param({"1"})
  public int tokens;

  private @Nullable Product product;

  /** One matrix, and the activations of many tokens. */
  private static final class Product {
    final Workers workers = Workers.of(1);
    final Backend backend = new CpuBackend(workers, Kernels.best(), MemoryLimit.of(1L << 30));
    final Arena arena = Arena.ofShared();
    final Weight weight;
    final Tensor x;
    final Tensor y;

    Product(GgmlType type, int columns, int rows) {
      byte[] blocks = RandomBlocks.of(type, rows * (columns / type.blockSize()), 1);
      MemorySegment data = arena.allocate(blocks.length, 64);
      data.copyFrom(MemorySegment.ofArray(blocks));
      weight = backend.weight(new GgufTensor("w", type, Shape.of(columns, rows), data));
      x = backend.tensor(MANY, columns);
      y = backend.tensor(MANY, rows);
      int[] tokens = new int[MANY];
      for (int i = 0; i < MANY; i++) {
        tokens[i] = i;
      }
      // Rows of the matrix are as good activations as any.
      backend.embed(weight, tokens, MANY, 1, x);
    }

    Tensor multiply(StepRows step) {
      backend.matmul(x, step, List.of(weight), List.of(y));
      return y;
    }

    void close() {
      backend.close();
      workers.close();
      arena.close();
    }
  }

  /** Makes the matrix. */
  @Setup
  public void make() {
    product = new Product(type, columns, rows);
  }

  /** Frees it. */
  @TearDown
  public void free() {
    Objects.requireNonNull(product).close();
  }

  /** A decode step. */
  @Benchmark
  public Tensor few() {
    return Objects.requireNonNull(product).multiply(new StepRows(0, tokens));
  }

  /** 512 tokens. */
  @Benchmark
  public Tensor many() {
    return Objects.requireNonNull(product).multiply(new StepRows(MANY, 0));
  }
}

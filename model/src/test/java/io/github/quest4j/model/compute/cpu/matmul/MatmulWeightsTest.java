package io.github.quest4j.model.compute.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class MatmulWeightsTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(1000);

  @Test
  void sizesAreChecked() {
    assertThat(new MatmulWeights(memory, GgmlType.Q4_1, 50, 32).rowBytes()).isEqualTo(20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MatmulWeights(memory, GgmlType.Q4_1, 51, 32))
        .withMessage("51 rows of 20 bytes do not fit in 1000 bytes of weights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MatmulWeights(memory, GgmlType.F32, Integer.MAX_VALUE, 1 << 30));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MatmulWeights(memory, GgmlType.Q4_K, 1, 32))
        .withMessage("columns of Q4_K weights are not a multiple of 256: 32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MatmulWeights(memory, GgmlType.F32, 0, 32));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MatmulWeights(memory, GgmlType.I8, 1, 32))
        .withMessage("weights cannot be multiplied in type I8");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new MatmulWeights(MemorySegment.ofArray(new byte[99]), GgmlType.F32, 1, 4));
  }

  @Test
  void closedWeightsAreRefused() {
    VectorMatmul kernels = new VectorMatmul();
    MatmulWeights w;
    try (Arena arena = Arena.ofShared()) {
      w = new MatmulWeights(arena.allocate(400), GgmlType.F32, 10, 10);
      kernels.row(w, 9, new float[10], 0);
    }
    assertThatIllegalStateException().isThrownBy(() -> kernels.row(w, 9, new float[10], 0));
  }

  @Test
  void buffersAreChecked() {
    MatmulKernels kernels = MatmulKernels.best();
    assertThat(kernels).isInstanceOf(VectorMatmul.class);
    MatmulWeights w = new MatmulWeights(memory, GgmlType.F32, 10, 10);
    MatmulScratch scratch = new MatmulScratch(10);
    float[] small = new float[19];
    float[] large = new float[20];
    DecodeActivations few = new DecodeActivations();
    few.prepare(large, 0, 10, 2, 10);
    kernels.few(w, few, large, 0, 10, 0, 10, scratch);
    assertThatIllegalArgumentException().isThrownBy(() -> few.prepare(small, 0, 10, 2, 10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.few(w, few, small, 0, 10, 0, 10, scratch));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.few(w, few, large, 0, 10, 0, 10, new MatmulScratch(9)));
    assertThatThrownBy(() -> kernels.few(w, few, large, 0, 10, 0, 11, scratch))
        .isInstanceOf(IndexOutOfBoundsException.class);
    few.prepare(new float[32], 0, 32, 1, 32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.few(w, few, large, 0, 10, 0, 10, new MatmulScratch(32)))
        .withMessage("activations have 32 columns, weights 10");
    Activations x = kernels.activations(2, 10);
    x.prepare(large, 0, 10, 2, 10);
    kernels.many(w, x, large, 0, 10, 0, 10, scratch);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.many(w, x, small, 0, 10, 0, 10, scratch));
    assertThatIllegalArgumentException().isThrownBy(() -> x.prepare(small, 0, 10, 2, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> x.begin(100, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> kernels.activations(1 << 20, 1 << 20));
    x.prepare(large, 0, 9, 2, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.many(w, x, large, 0, 10, 0, 10, scratch))
        .withMessage("activations have 9 columns, weights 10");
  }

  @Test
  void aCopyThatWasNotCompletedIsNotRead() {
    MatmulWeights w = RandomWeights.of(GgmlType.Q8_0, 16, 32, 1);
    float[] x = RandomWeights.activations(32, 2);
    DecodeActivations few = new DecodeActivations();
    few.prepare(x, 0, 32, 1, 32);
    MatmulKernels kernels = new VectorMatmul();
    float[] before = new float[16];
    kernels.few(w, few, before, 0, 16, 0, 16, new MatmulScratch(32));

    assertThatIllegalStateException()
        .isThrownBy(() ->
            kernels.pack(
                w,
                Arena.ofAuto(),
                (groups, work) -> {
                  throw new IllegalStateException("half way");
                }));

    float[] after = new float[16];
    kernels.few(w, few, after, 0, 16, 0, 16, new MatmulScratch(32));
    assertThat(after).isEqualTo(before);
  }
}

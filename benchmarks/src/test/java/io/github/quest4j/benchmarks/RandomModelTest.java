package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.model.compute.cpu.matmul.MatmulKernels;
import io.github.quest4j.model.compute.cpu.matmul.MatmulWeights;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RandomModelTest {

  private static final EngineOptions OPTIONS =
      TinyModel.options(AttentionOptions.defaults().withScorer("minmax"));

  @ParameterizedTest
  @CsvSource({"Q4_0,llama", "F16,llama", "Q4_0,qwen2"})
  void aModelOfAnyTypeRunsAndIsTheSameForTheSameSeed(GgmlType type, String architecture) {
    ModelShape shape =
        new ModelShape(
            "tiny", architecture, 2, 64, 96, 4, 2, 16, 128, architecture.equals("qwen2"));
    float[] logits = logits(shape, type, 1);
    assertThat(logits).hasSize(128);
    for (float logit : logits) {
      assertThat(logit).isFinite();
    }
    assertThat(logits(shape, type, 1)).isEqualTo(logits);
    assertThat(logits(shape, type, 2)).isNotEqualTo(logits);
  }

  private static float[] logits(ModelShape shape, GgmlType type, long seed) {
    try (Engine engine = RandomModel.open(shape, type, OPTIONS, seed);
        Sequence sequence = engine.sequence(OPTIONS.attention())) {
      sequence.prefill(new int[] {1, 2, 3});
      return sequence.step(4).clone();
    }
  }

  @Test
  void everyMatrixHasItsOwnBytesAndTheBytesOfItsShape() {
    try (GgufFile file = RandomModel.make(TinyModel.SHAPE, GgmlType.Q4_0, 7)) {
      long matrices = 0;
      for (var tensor : file.tensors()) {
        if (tensor.type() == GgmlType.Q4_0) {
          matrices += tensor.data().byteSize();
          byte[] data = tensor.data().toArray(ValueLayout.JAVA_BYTE);
          assertThat(data).hasSize((int) GgmlType.Q4_0.bytes(tensor.rows() * tensor.columns()));
          assertThat(data[0] != 0 || data[1] != 0).as("the scale of the first block").isTrue();
        }
      }
      assertThat(matrices).isEqualTo(TinyModel.SHAPE.bytes(GgmlType.Q4_0));
      assertThat(file.tensor("blk.1.ffn_up.weight", 64, 96).data().address())
          .isNotEqualTo(file.tensor("blk.0.ffn_up.weight", 64, 96).data().address());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {
        "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"
      })
  void randomBlocksOfEveryTypeAreOrdinaryNumbers(GgmlType type) {
    int columns = 512;
    byte[] blocks = RandomBlocks.of(type, columns / type.blockSize(), 3);
    float[] row = new float[columns];
    try (Arena arena = Arena.ofShared()) {
      MemorySegment data = arena.allocate(blocks.length, 64);
      data.copyFrom(MemorySegment.ofArray(blocks));
      MatmulKernels.best().row(new MatmulWeights(data, type, 1, columns), 0, row, 0);
    }
    double squares = 0;
    for (float weight : row) {
      assertThat(weight).isFinite();
      squares += (double) weight * weight;
    }
    assertThat(Math.sqrt(squares / columns)).isBetween(0.005, 20.0);
    assertThat(RandomBlocks.of(type, columns / type.blockSize(), 3)).isEqualTo(blocks);
  }

  @Test
  void knownShapesHaveTheSizesOfTheirModels() {
    // 32 layers of 4 x 4096^2 and 3 x 4096 x 11008 weights, two tables of 32000 x 4096.
    long weights = 32L * (4L * 4_096 * 4_096 + 3L * 4_096 * 11_008) + 2L * 32_000 * 4_096;
    assertThat(ModelShape.of("llama2-7b").bytes(GgmlType.F16)).isEqualTo(2 * weights);
    assertThat(ModelShape.of("llama2-7b").bytes(GgmlType.Q4_0)).isEqualTo(weights / 32 * 18);
    for (String name : ModelShape.names()) {
      assertThat(ModelShape.of(name).name()).isEqualTo(name);
    }
    assertThatThrownBy(() -> ModelShape.of("llama9"))
        .hasMessageContaining("unknown shape: llama9")
        .hasMessageContaining("llama2-7b");
    assertThatThrownBy(() -> ModelShape.of("llama2-7b").withLayers(0))
        .hasMessageContaining("layers is not in 1..1024: 0");
    assertThatThrownBy(() -> RandomModel.type("q9"))
        .hasMessage("unknown type of weights: q9 (known: q4_0, f16)");
  }

  @Test
  void whatFitsIsSaidBefore() {
    RandomModel.Fit small = RandomModel.fit(TinyModel.SHAPE, GgmlType.Q4_0, OPTIONS, 100);
    assertThat(small.fits()).isTrue();
    assertThat(small.weights()).isEqualTo(TinyModel.SHAPE.bytes(GgmlType.Q4_0));
    // 7 pages of 16 tokens: keys and values, and min and max of each channel.
    assertThat(small.cache()).isEqualTo(3L * 2 * 7 * (2 * 16 * 16 * 2 + 2 * 16 * 2));

    ModelShape huge = ModelShape.of("llama2-7b").withLayers(1_024);
    RandomModel.Fit much = RandomModel.fit(huge, GgmlType.F16, OPTIONS, 1 << 20);
    assertThat(much.fits()).isFalse();
    assertThat(much.layersThatFit()).isLessThan(1_024);
    assertThat(much.sentence())
        .startsWith("llama2-7b with 1024 layers takes")
        .contains("of f16 weights", "1048576 tokens", much.layersThatFit() + " layers would fit");
  }
}

package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models, where the environment variable QUEST_TEST_MODELS names a folder that has them. */
class GgufModelsTest {
  private static final String FOLDER = "QUEST_TEST_MODELS";

  @ParameterizedTest
  @CsvSource({
    "SmolLM2-135M-Instruct.Q4_1.gguf, llama, 30, 576, 9, 3, 49152",
    "gemma-3-270m.Q4_K_M.gguf, gemma3, 18, 640, 4, 1, 262144",
    "qwen2.5-coder-0.5b-instruct.Q4_K_M.gguf, qwen2, 24, 896, 14, 2, 151936",
  })
  void opensAndHasTheKnownSizes(
      String name, String architecture, int layers, int width, int heads, int kvHeads, int tokens) {
    try (GgufFile file = GgufFile.open(model(name))) {
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.string("general.architecture")).isEqualTo(architecture);
      assertThat(metadata.integer(architecture + ".block_count")).isEqualTo(layers);
      assertThat(metadata.integer(architecture + ".embedding_length")).isEqualTo(width);
      assertThat(metadata.integer(architecture + ".attention.head_count")).isEqualTo(heads);
      assertThat(metadata.intsOrScalar(architecture + ".attention.head_count_kv", layers))
          .hasSize(layers)
          .containsOnly(kvHeads);
      assertThat(metadata.strings("tokenizer.ggml.tokens")).hasSize(tokens);
      assertThat(metadata.ints("tokenizer.ggml.token_type")).hasSize(tokens);
      assertThat(metadata.keys()).allSatisfy(key -> assertThat(metadata.text(key)).isNotNull());

      assertThat(file.tensor("token_embd.weight", width, tokens).rows()).isEqualTo(tokens);
      for (int layer = 0; layer < layers; layer++) {
        assertThat(file.contains("blk." + layer + ".attn_q.weight")).isTrue();
      }
      assertThat(file.tensors()).allMatch(tensor -> tensor.type().supported());
      float[] norm =
          file.tensor("output_norm.weight", width).data().toArray(ValueLayout.JAVA_FLOAT);
      for (float weight : norm) {
        assertThat(weight).isFinite();
      }
      long data = file.tensors().stream().mapToLong(GgufTensor::bytes).sum();
      assertThat(file.bytes() - data).as("header, vocabulary, padding").isBetween(0L, 20_000_000L);
    }
  }

  @ParameterizedTest
  @CsvSource("gemma-3-270m.Q4_K_M.gguf")
  void aVocabularyOfAQuarterMillionOpensInNoTime(String name) {
    Path path = model(name);
    double[] milliseconds = new double[15];
    for (int i = 0; i < milliseconds.length; i++) {
      long start = System.nanoTime();
      GgufFile.open(path).close();
      milliseconds[i] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf("opening %s: first %.1f ms, ", name, milliseconds[0]);
    Arrays.sort(milliseconds);
    double median = milliseconds[milliseconds.length / 2];
    System.out.printf("median %.1f ms%n", median);
    assertThat(median).isLessThan(100);
  }

  private static Path model(String name) {
    String folder = System.getenv(FOLDER);
    if (folder == null) {
      return skip(name, FOLDER + " is not set");
    }
    Path path = Path.of(folder).resolve(name);
    return Files.exists(path) ? path : skip(name, "it is not in " + folder);
  }

  private static Path skip(String name, String reason) {
    System.out.println("skipped the test of " + name + ": " + reason);
    return abort(reason);
  }
}

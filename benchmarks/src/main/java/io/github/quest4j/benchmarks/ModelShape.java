package io.github.quest4j.benchmarks;

import io.github.quest4j.model.gguf.GgmlType;
import java.util.List;

/**
 * The sizes of a model, without its weights. Published configurations, as far as they decide what a
 * token costs.
 *
 * @param name for messages
 * @param architecture as model files name it
 * @param layers decoder layers
 * @param embedding channels of the residual stream
 * @param feedForward channels inside the feed-forward layer
 * @param heads query heads
 * @param kvHeads KV heads
 * @param headDim channels of a head
 * @param vocabulary tokens
 * @param tied whether the embedding is the output matrix too
 */
public record ModelShape(
    String name,
    String architecture,
    int layers,
    int embedding,
    int feedForward,
    int heads,
    int kvHeads,
    int headDim,
    int vocabulary,
    boolean tied) {

  private static final List<ModelShape> KNOWN =
      List.of(
          new ModelShape("llama2-7b", "llama", 32, 4_096, 11_008, 32, 32, 128, 32_000, false),
          new ModelShape("llama3-8b", "llama", 32, 4_096, 14_336, 32, 8, 128, 128_256, false),
          new ModelShape("llama3.2-1b", "llama", 16, 2_048, 8_192, 32, 8, 64, 128_256, true),
          new ModelShape("qwen2.5-0.5b", "qwen2", 24, 896, 4_864, 14, 2, 64, 151_936, true),
          new ModelShape("qwen2.5-7b", "qwen2", 28, 3_584, 18_944, 28, 4, 128, 152_064, false),
          new ModelShape("smollm2-135m", "llama", 30, 576, 1_536, 9, 3, 64, 49_152, true));

  private static final int MAX_LAYERS = 1_024;

  /** Checks the layers. */
  public ModelShape {
    if (layers < 1 || layers > MAX_LAYERS) {
      throw new IllegalArgumentException("layers is not in 1.." + MAX_LAYERS + ": " + layers);
    }
  }

  /** The names known. */
  public static List<String> names() {
    return KNOWN.stream().map(ModelShape::name).toList();
  }

  /**
   * The shape of that name.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public static ModelShape of(String name) {
    return KNOWN.stream()
        .filter(shape -> shape.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown shape: " + name + " (known: " + String.join(", ", names()) + ")"));
  }

  /** The same with fewer or more layers. */
  public ModelShape withLayers(int value) {
    return new ModelShape(
        name,
        architecture,
        value,
        embedding,
        feedForward,
        heads,
        kvHeads,
        headDim,
        vocabulary,
        tied);
  }

  /** Bytes of the matrices of one layer. */
  long layerBytes(GgmlType weights) {
    long attention = 2L * embedding * headDim * (heads + kvHeads);
    return weights.bytes(attention + 3L * embedding * feedForward);
  }

  /** Bytes of the matrices outside the layers. */
  long tableBytes(GgmlType weights) {
    return weights.bytes((tied ? 1L : 2L) * vocabulary * embedding);
  }

  /** Bytes of all matrices. */
  long bytes(GgmlType weights) {
    return layers * layerBytes(weights) + tableBytes(weights);
  }
}

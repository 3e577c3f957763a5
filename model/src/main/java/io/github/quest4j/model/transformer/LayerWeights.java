package io.github.quest4j.model.transformer;

import io.github.quest4j.model.compute.Backend;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.gguf.GgufException;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufTensor;
import java.util.List;
import java.util.Optional;

/**
 * The weights of one decoder layer; empty where its architecture has no such weight.
 *
 * @param qkv projections to queries, keys and values, which read the same input
 * @param gateUp projections to gate and values of the feed-forward layer, likewise
 */
record LayerWeights(
    Weight attentionNorm,
    List<Weight> qkv,
    List<Optional<Weight>> qkvBiases,
    Optional<Weight> queryNorm,
    Optional<Weight> keyNorm,
    Weight attentionOutput,
    Optional<Weight> attentionOutputBias,
    Optional<Weight> postAttentionNorm,
    Weight feedForwardNorm,
    List<Weight> gateUp,
    Weight down,
    Optional<Weight> postFeedForwardNorm) {

  /**
   * Finds the weights of a layer.
   *
   * @throws GgufException naming the tensor that is missing or has the wrong shape
   */
  static LayerWeights read(GgufFile file, Backend backend, ModelConfig config, int layer) {
    Finder find = new Finder(file, backend, "blk." + layer + ".");
    int embedding = config.embedding();
    int queries = config.heads() * config.headDim();
    int keys = config.kvHeads() * config.headDim();
    boolean gemma = config.architecture().equals("gemma3");
    boolean headNorms = gemma || config.architecture().equals("qwen3");
    boolean biases = config.architecture().equals("qwen2");
    return new LayerWeights(
        find.required("attn_norm.weight", 1, embedding),
        List.of(
            find.required("attn_q.weight", queries, embedding),
            find.required("attn_k.weight", keys, embedding),
            find.required("attn_v.weight", keys, embedding)),
        List.of(
            find.bias("attn_q.bias", queries, biases),
            find.bias("attn_k.bias", keys, biases),
            find.bias("attn_v.bias", keys, biases)),
        find.when(headNorms, "attn_q_norm.weight", config.headDim()),
        find.when(headNorms, "attn_k_norm.weight", config.headDim()),
        find.required("attn_output.weight", embedding, queries),
        find.bias("attn_output.bias", embedding, false),
        find.when(gemma, "post_attention_norm.weight", embedding),
        find.required("ffn_norm.weight", 1, embedding),
        List.of(
            find.required("ffn_gate.weight", config.feedForward(), embedding),
            find.required("ffn_up.weight", config.feedForward(), embedding)),
        find.required("ffn_down.weight", embedding, config.feedForward()),
        find.when(gemma, "post_ffw_norm.weight", embedding));
  }

  /** Looks tensors up under a prefix and checks their shapes. */
  record Finder(GgufFile file, Backend backend, String prefix) {

    Weight required(String name, int rows, int columns) {
      GgufTensor tensor = file.tensor(prefix + name);
      if (tensor.rows() != rows || tensor.columns() != columns) {
        throw new GgufException(
            "tensor "
                + tensor.name()
                + " has "
                + tensor.rows()
                + " x "
                + tensor.columns()
                + " values where the model's sizes ask for "
                + rows
                + " x "
                + columns);
      }
      return backend.weight(tensor);
    }

    Optional<Weight> when(boolean present, String name, int columns) {
      return present ? Optional.of(required(name, 1, columns)) : Optional.empty();
    }

    Optional<Weight> bias(String name, int columns, boolean required) {
      return when(required || file.contains(prefix + name), name, columns);
    }
  }
}

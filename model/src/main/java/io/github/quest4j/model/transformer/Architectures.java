package io.github.quest4j.model.transformer;

import io.github.quest4j.model.compute.Activation;
import io.github.quest4j.model.gguf.GgufException;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufMetadata;
import java.util.List;

/**
 * Reads a model's configuration from its file; the differences between the architectures known
 * stand here.
 */
final class Architectures {

  /** The architectures known, as model files name them. */
  static final List<String> KNOWN = List.of("llama", "qwen2", "qwen3", "gemma3");

  private static final int MAX_LAYERS = 1_024;
  private static final int MAX_CHANNELS = 1 << 20;
  private static final int MAX_CONTEXT = 1 << 27;
  private static final int GEMMA3_GLOBAL_EVERY = 6;
  private static final double GEMMA3_LOCAL_ROPE_BASE = 10_000;
  private static final int GEMMA3_27B_LAYERS = 62;

  private Architectures() {}

  /**
   * The configuration of a model file.
   *
   * @throws GgufException naming the architecture if it is unknown, or the key that is missing or
   *     out of range
   */
  static ModelConfig read(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    String architecture = metadata.string("general.architecture");
    if (!KNOWN.contains(architecture)) {
      throw new GgufException(
          "unknown architecture: " + architecture + " (known: " + String.join(", ", KNOWN) + ")");
    }
    Keys keys = new Keys(metadata, architecture);
    if (keys.integer("expert_count", 0, 0, MAX_CHANNELS) > 0) {
      throw new GgufException(
          "mixture-of-experts models are not supported: " + architecture + ".expert_count is set");
    }
    boolean gemma = architecture.equals("gemma3");
    int layers = keys.integer("block_count", 1, MAX_LAYERS);
    int embedding = keys.integer("embedding_length", 1, MAX_CHANNELS);
    int heads = keys.integer("attention.head_count", 1, 1_024);
    int kvHeads = keys.integer("attention.head_count_kv", heads, 1, 1_024);
    if (heads % kvHeads != 0) {
      throw new GgufException(
          architecture
              + ".attention.head_count "
              + heads
              + " is no multiple of head_count_kv "
              + kvHeads);
    }
    int headDim = keys.integer("attention.key_length", Math.max(1, embedding / heads), 4, 1_024);
    if (keys.integer("attention.value_length", headDim, 1, 1_024) != headDim) {
      throw new GgufException(
          architecture + ": keys and values of different length are not supported");
    }
    int ropeDims = keys.integer("rope.dimension_count", headDim, 2, headDim);
    if (ropeDims % 2 != 0) {
      throw new GgufException(architecture + ".rope.dimension_count is odd: " + ropeDims);
    }
    int context = keys.integer("context_length", 1, MAX_CONTEXT);
    double ropeBase = keys.number("rope.freq_base", 10_000);
    if (!(ropeBase > 1)) {
      throw new GgufException(architecture + ".rope.freq_base is not above 1: " + ropeBase);
    }
    int attentionChannels = gemma && layers == GEMMA3_27B_LAYERS ? embedding / heads : headDim;
    return new ModelConfig(
        architecture,
        layers,
        embedding,
        keys.integer("feed_forward_length", 1, MAX_CHANNELS),
        heads,
        kvHeads,
        headDim,
        Math.toIntExact(file.tensor("token_embd.weight").rows()),
        context,
        (float) keys.number("attention.layer_norm_rms_epsilon"),
        (float) (1 / Math.sqrt(attentionChannels)),
        gemma ? (float) Math.sqrt(embedding) : 1f,
        gemma ? Activation.GELU : Activation.SILU,
        gemma ? keys.integer("attention.sliding_window", 0, 0, MAX_CONTEXT) : 0,
        GEMMA3_GLOBAL_EVERY,
        ropeDims,
        architecture.equals("llama"),
        ropeBase,
        gemma ? keys.number("rope.freq_base_swa", GEMMA3_LOCAL_ROPE_BASE) : ropeBase,
        scaling(keys, context),
        (float) keys.number("final_logit_softcapping", 0));
  }

  private static RopeScaling scaling(Keys keys, int context) {
    String kind = keys.string("rope.scaling.type", "none");
    // Older files give a linear factor without a type.
    double factor = keys.number("rope.scaling.factor", keys.number("rope.scale_linear", 1));
    if (!(factor > 0)) {
      throw new GgufException(keys.name("rope.scaling.factor") + " is not above 0: " + factor);
    }
    return switch (kind) {
      case "none" ->
          keys.contains("rope.scaling.type") || factor == 1 ? RopeScaling.NONE : linear(factor);
      case "linear" -> linear(factor);
      case "yarn" ->
          new RopeScaling(
              RopeScaling.Kind.YARN,
              factor,
              keys.integer("rope.scaling.original_context_length", context, 1, MAX_CONTEXT),
              keys.number("rope.scaling.attn_factor", 1),
              keys.number("rope.scaling.yarn_beta_fast", 32),
              keys.number("rope.scaling.yarn_beta_slow", 1));
      default ->
          throw new GgufException(
              "unknown RoPE scaling: "
                  + keys.name("rope.scaling.type")
                  + " is "
                  + kind
                  + " (known: none, linear, yarn)");
    };
  }

  private static RopeScaling linear(double factor) {
    return new RopeScaling(RopeScaling.Kind.LINEAR, factor, 0, 1, 32, 1);
  }

  /** Metadata keys under the architecture's prefix, with ranges checked. */
  private record Keys(GgufMetadata metadata, String prefix) {

    String name(String key) {
      return prefix + "." + key;
    }

    boolean contains(String key) {
      return metadata.contains(name(key));
    }

    int integer(String key, int min, int max) {
      return checked(key, metadata.integer(name(key)), min, max);
    }

    int integer(String key, int otherwise, int min, int max) {
      return contains(key) ? integer(key, min, max) : otherwise;
    }

    double number(String key) {
      return finite(key, metadata.number(name(key)));
    }

    double number(String key, double otherwise) {
      return contains(key) ? number(key) : otherwise;
    }

    String string(String key, String otherwise) {
      return contains(key) ? metadata.string(name(key)) : otherwise;
    }

    private int checked(String key, int value, int min, int max) {
      if (value < min || value > max) {
        throw new GgufException(name(key) + " is not in " + min + ".." + max + ": " + value);
      }
      return value;
    }

    private double finite(String key, double value) {
      if (!Double.isFinite(value)) {
        throw new GgufException(name(key) + " is not a finite number: " + value);
      }
      return value;
    }
  }
}

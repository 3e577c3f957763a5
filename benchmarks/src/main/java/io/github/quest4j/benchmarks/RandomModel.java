package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.MachineMemory;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A model of a given shape with random weights, in memory: its speed is that of a real model of the
 * shape, its text is noise. Every matrix has bytes of its own, all of one type, so that a token
 * reads what it would read of a file in which no matrix has another type.
 */
public final class RandomModel {

  /** Types of weights that can be made. */
  public static final List<GgmlType> TYPES = List.of(GgmlType.Q4_0, GgmlType.F16);

  private static final int CONTEXT = 1 << 18;
  private static final int BLOCKS = 1 << 16; // of random weights, repeated

  private RandomModel() {}

  /**
   * What a model and a sequence take of this machine's memory.
   *
   * @param weights bytes of all matrices
   * @param cache bytes of keys, values and digests
   * @param available bytes that can be taken
   * @param layersThatFit layers with which both would fit; 0 where not even one does
   */
  public record Fit(
      ModelShape shape,
      GgmlType type,
      int tokens,
      long weights,
      long cache,
      long available,
      int layersThatFit) {

    /** Whether they fit. */
    public boolean fits() {
      return shape.layers() <= layersThatFit;
    }

    /** All that in one sentence. */
    public String sentence() {
      return String.format(
          Locale.ROOT,
          "%s with %d layers takes %.1f GiB of %s weights and %.1f GiB for %d tokens of keys, values and digests; of the %.1f GiB that are free, %d layers would fit",
          shape.name(),
          shape.layers(),
          weights / (double) (1 << 30),
          label(type),
          cache / (double) (1 << 30),
          tokens,
          available / (double) (1 << 30),
          layersThatFit);
    }
  }

  /** The name of a type on the command line. */
  public static String label(GgmlType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that name.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public static GgmlType type(String label) {
    return TYPES.stream()
        .filter(type -> label(type).equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown type of weights: "
                    + label
                    + " (known: "
                    + String.join(", ", TYPES.stream().map(RandomModel::label).toList())
                    + ")"));
  }

  /**
   * Whether a model of that shape and a sequence of {@code tokens} tokens fit this machine's
   * memory.
   */
  public static Fit fit(ModelShape shape, GgmlType type, EngineOptions options, int tokens) {
    long available = MachineMemory.available();
    LayerShape layer = new LayerShape(shape.kvHeads(), shape.headDim(), 0);
    long page =
        2L * options.pageSize() * layer.headDim() * options.kvType().bytes()
            + PageScorer.of(options.attention().scorer())
                .digest()
                .bytes(options.kvType(), layer.headDim(), options.pageSize());
    long cache = Math.ceilDiv(tokens, options.pageSize()) * page * layer.kvHeads();
    // A sixteenth is left to working memory and to the last slab of pages.
    long room = available - available / 16 - shape.tableBytes(type);
    long fitting = Math.max(0, room / (shape.layerBytes(type) + cache));
    return new Fit(
        shape,
        type,
        tokens,
        shape.bytes(type),
        cache * shape.layers(),
        available,
        Math.clamp(fitting, 0, Integer.MAX_VALUE));
  }

  /**
   * Makes the model and opens it.
   *
   * @param options how; its context may be any
   */
  public static Engine open(ModelShape shape, GgmlType type, EngineOptions options, long seed) {
    return Engine.open(make(shape, type, seed), options);
  }

  @SuppressWarnings("MustBeClosedChecker") // the model that is returned closes the arena
  static GgufFile make(ModelShape shape, GgmlType type, long seed) {
    Arena arena = Arena.ofShared();
    MemorySegment bytes;
    try {
      bytes = bytes(shape, type, seed, arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
    return GgufFile.of(shape.name() + "-" + label(type), bytes, arena);
  }

  /** The model as its file would be. */
  static MemorySegment bytes(ModelShape shape, GgmlType type, long seed, Arena arena) {
    GgufHeader header = header(shape, type);
    byte[] beginning = header.bytes();
    List<GgufHeader.Place> places = header.places(beginning.length);
    GgufHeader.Place last = places.getLast();
    MemorySegment model = arena.allocate(last.offset() + last.bytes(), 64);
    MemorySegment.copy(MemorySegment.ofArray(beginning), 0, model, 0, beginning.length);
    MemorySegment random = MemorySegment.ofArray(RandomBlocks.of(type, BLOCKS, seed));
    for (GgufHeader.Place place : places) {
      MemorySegment data = model.asSlice(place.offset(), place.bytes());
      if (place.type() == GgmlType.F32) {
        MemorySegment.copy(
            MemorySegment.ofArray(ones((int) (place.bytes() / Float.BYTES))),
            0,
            data,
            0,
            place.bytes());
      } else {
        for (long at = 0; at < place.bytes(); at += random.byteSize()) {
          long bytes = Math.min(random.byteSize(), place.bytes() - at);
          MemorySegment.copy(random, 0, data, at, bytes);
        }
      }
    }
    return model;
  }

  private static GgufHeader header(ModelShape shape, GgmlType type) {
    GgufHeader header = new GgufHeader();
    String prefix = shape.architecture() + ".";
    header.string("general.architecture", shape.architecture());
    header.integer(prefix + "block_count", shape.layers());
    header.integer(prefix + "context_length", CONTEXT);
    header.integer(prefix + "embedding_length", shape.embedding());
    header.integer(prefix + "feed_forward_length", shape.feedForward());
    header.integer(prefix + "attention.head_count", shape.heads());
    header.integer(prefix + "attention.head_count_kv", shape.kvHeads());
    header.integer(prefix + "attention.key_length", shape.headDim());
    header.integer(prefix + "attention.value_length", shape.headDim());
    header.integer(prefix + "rope.dimension_count", shape.headDim());
    header.number(prefix + "attention.layer_norm_rms_epsilon", 1e-5f);
    header.string("tokenizer.ggml.model", "llama");
    header.strings("tokenizer.ggml.tokens", shape.vocabulary(), token -> "t" + token);

    int queries = shape.heads() * shape.headDim();
    int keys = shape.kvHeads() * shape.headDim();
    int embedding = shape.embedding();
    header.tensor("token_embd.weight", type, embedding, shape.vocabulary());
    header.tensor("output_norm.weight", GgmlType.F32, embedding, 1);
    if (!shape.tied()) {
      header.tensor("output.weight", type, embedding, shape.vocabulary());
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      String block = "blk." + layer + ".";
      header.tensor(block + "attn_norm.weight", GgmlType.F32, embedding, 1);
      header.tensor(block + "attn_q.weight", type, embedding, queries);
      header.tensor(block + "attn_k.weight", type, embedding, keys);
      header.tensor(block + "attn_v.weight", type, embedding, keys);
      if (shape.architecture().equals("qwen2")) {
        header.tensor(block + "attn_q.bias", GgmlType.F32, queries, 1);
        header.tensor(block + "attn_k.bias", GgmlType.F32, keys, 1);
        header.tensor(block + "attn_v.bias", GgmlType.F32, keys, 1);
      }
      header.tensor(block + "attn_output.weight", type, queries, embedding);
      header.tensor(block + "ffn_norm.weight", GgmlType.F32, embedding, 1);
      header.tensor(block + "ffn_gate.weight", type, embedding, shape.feedForward());
      header.tensor(block + "ffn_up.weight", type, embedding, shape.feedForward());
      header.tensor(block + "ffn_down.weight", type, shape.feedForward(), embedding);
    }
    return header;
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}

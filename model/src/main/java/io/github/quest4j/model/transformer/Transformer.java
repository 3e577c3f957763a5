package io.github.quest4j.model.transformer;

import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.attention.PagedAttention;
import io.github.quest4j.model.compute.Backend;
import io.github.quest4j.model.compute.RopeAngles;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufException;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufTensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder-only transformer: token ids in, logits out. Written once against {@link Backend} for
 * all architectures; what distinguishes them is data ({@link ModelConfig} and the weights that are
 * there).
 *
 * <p>One thread calls it at a time.
 */
public final class Transformer {

  /** Receives logits. */
  @FunctionalInterface
  public interface LogitsSink {
    /**
     * Takes the logits of one token.
     *
     * @param part index into {@link ForwardBatch#parts()}
     * @param token which of the part's tokens, 0 for its first
     * @param logits {@code [vocabulary]}; reused after the call
     */
    void accept(int part, int token, float[] logits);
  }

  private static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  // Logits are computed for so many rows at a time, since a row of them is as wide as the
  // vocabulary.
  private static final int LOGIT_ROWS = 32;

  private final ModelConfig config;
  private final Backend backend;
  private final Weight embedding;
  private final List<LayerWeights> layers;
  private final Weight outputNorm;
  private final Weight output;
  private final Rope rope;
  private final Rope localRope;
  private final float[] logits; // [vocabulary]
  private Workspace workspace;

  private Transformer(
      ModelConfig config,
      Backend backend,
      Weight embedding,
      List<LayerWeights> layers,
      Weight outputNorm,
      Weight output,
      Rope rope,
      Rope localRope) {
    this.config = config;
    this.backend = backend;
    this.embedding = embedding;
    this.layers = layers;
    this.outputNorm = outputNorm;
    this.output = output;
    this.rope = rope;
    this.localRope = localRope;
    this.logits = new float[config.vocabulary()];
    this.workspace = new Workspace(backend, config, 1);
  }

  /**
   * Makes the transformer of a model file. Weights are read where the file is mapped: it must stay
   * open.
   *
   * @throws GgufException naming what is unknown, missing or of the wrong shape
   */
  public static Transformer load(GgufFile file, Backend backend) {
    ModelConfig config = Architectures.read(file);
    LayerWeights.Finder find = new LayerWeights.Finder(file, backend, "");
    Weight embedding = find.required("token_embd.weight", config.vocabulary(), config.embedding());
    List<LayerWeights> layers = new ArrayList<>(config.layers());
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(LayerWeights.read(file, backend, config, layer));
    }
    Weight output =
        file.contains("output.weight")
            ? find.required("output.weight", config.vocabulary(), config.embedding())
            : embedding;
    Rope rope =
        Rope.of(
            config.ropeDims(),
            config.ropeBase(),
            config.ropeInterleaved(),
            config.ropeScaling(),
            frequencyDivisors(file, config));
    Rope localRope =
        config.window() > 0
            ? Rope.of(
                config.ropeDims(),
                config.localRopeBase(),
                config.ropeInterleaved(),
                RopeScaling.NONE,
                new float[0])
            : rope;
    return new Transformer(
        config,
        backend,
        embedding,
        List.copyOf(layers),
        find.required("output_norm.weight", 1, config.embedding()),
        output,
        rope,
        localRope);
  }

  /** Llama 3.1's frequency factors, where the file has them. */
  private static float[] frequencyDivisors(GgufFile file, ModelConfig config) {
    if (!file.contains("rope_freqs.weight")) {
      return new float[0];
    }
    GgufTensor tensor = file.tensor("rope_freqs.weight", config.ropeDims() / 2);
    if (tensor.type() != GgmlType.F32) {
      throw new GgufException("tensor " + tensor.name() + " is not F32 but " + tensor.type());
    }
    float[] divisors = new float[config.ropeDims() / 2];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = tensor.data().get(FLOATS, (long) i * Float.BYTES);
      if (!(divisors[i] > 0)) {
        throw new GgufException(
            "tensor " + tensor.name() + " has a factor that is not above 0: " + divisors[i]);
      }
    }
    return divisors;
  }

  /** The model's sizes. */
  public ModelConfig config() {
    return config;
  }

  /** Bytes of weights that one decode step reads. */
  public long weightBytesPerToken() {
    long bytes = output.bytes();
    for (LayerWeights layer : layers) {
      for (Weight weight : layer.qkv()) {
        bytes += weight.bytes();
      }
      for (Weight weight : layer.gateUp()) {
        bytes += weight.bytes();
      }
      bytes += layer.attentionOutput().bytes() + layer.down().bytes();
    }
    return bytes;
  }

  /**
   * Runs one pass: appends every part's tokens to its cache and delivers the logits asked for.
   *
   * <p>If it fails, the caches are as before.
   *
   * @throws IllegalArgumentException if a token is not of the vocabulary
   */
  public void forward(ForwardBatch batch, PagedAttention attention, LogitsSink sink) {
    List<ForwardBatch.Part> parts = batch.parts();
    StepRows rows = batch.rows();
    int total = rows.total();
    if (total == 0) {
      return;
    }
    if (workspace.rows() < total) {
      workspace = new Workspace(backend, config, total);
    }
    Workspace w = workspace;
    List<PagedAttention.Item> items = new ArrayList<>(parts.size());
    int row = 0;
    for (ForwardBatch.Part part : parts) {
      int length = part.sequence().cache().length();
      for (int i = 0; i < part.count(); i++, row++) {
        w.tokens[row] = checkedToken(part.tokens()[part.from() + i]);
        w.positions[row] = length + i;
      }
      items.add(
          new PagedAttention.Item(
              part.sequence(), part.count(), part.kind() == ForwardBatch.Kind.PREFILL));
    }
    RopeAngles angles = rope.angles(w.positions, total);
    RopeAngles localAngles = localRope == rope ? angles : localRope.angles(w.positions, total);

    AttentionPlan plan = attention.plan(items);
    boolean done = false;
    try {
      backend.embed(embedding, w.tokens, total, config.embeddingScale(), w.x);
      for (int layer = 0; layer < config.layers(); layer++) {
        attend(plan, layer, rows, config.local(layer) ? localAngles : angles);
        feedForward(layer, rows);
      }
      plan.commit();
      done = true;
    } finally {
      if (!done) {
        plan.rollback();
      }
    }
    deliver(parts, sink);
  }

  private void attend(AttentionPlan plan, int layer, StepRows rows, RopeAngles angles) {
    LayerWeights weights = layers.get(layer);
    Workspace w = workspace;
    int total = rows.total();
    backend.rmsNorm(w.x, total, weights.attentionNorm(), config.epsilon(), w.normed);
    backend.matmul(w.normed, rows, weights.qkv(), w.qkv);
    for (int i = 0; i < w.qkv.size(); i++) {
      Tensor projected = w.qkv.get(i);
      weights.qkvBiases().get(i).ifPresent(bias -> backend.addBias(projected, total, bias));
    }
    weights.queryNorm().ifPresent(norm -> backend.headNorm(w.q(), total, norm, config.epsilon()));
    weights.keyNorm().ifPresent(norm -> backend.headNorm(w.k(), total, norm, config.epsilon()));
    backend.rope(w.q(), total, config.headDim(), angles);
    backend.rope(w.k(), total, config.headDim(), angles);
    backend.attention(plan, layer, w.q(), w.k(), w.v(), w.attended);
    backend.matmul(w.attended, rows, List.of(weights.attentionOutput()), List.of(w.projected));
    weights.attentionOutputBias().ifPresent(bias -> backend.addBias(w.projected, total, bias));
    weights
        .postAttentionNorm()
        .ifPresent(
            norm -> backend.rmsNorm(w.projected, total, norm, config.epsilon(), w.projected));
    backend.add(w.x, w.projected, total);
  }

  private void feedForward(int layer, StepRows rows) {
    LayerWeights weights = layers.get(layer);
    Workspace w = workspace;
    int total = rows.total();
    backend.rmsNorm(w.x, total, weights.feedForwardNorm(), config.epsilon(), w.normed);
    backend.matmul(w.normed, rows, weights.gateUp(), w.gateUp);
    backend.gated(config.activation(), w.gateUp.getFirst(), w.gateUp.getLast(), total);
    backend.matmul(w.gateUp.getFirst(), rows, List.of(weights.down()), List.of(w.projected));
    weights
        .postFeedForwardNorm()
        .ifPresent(
            norm -> backend.rmsNorm(w.projected, total, norm, config.epsilon(), w.projected));
    backend.add(w.x, w.projected, total);
  }

  /**
   * Last tokens' logits are computed together, so that a batch of decode steps reads the output
   * weights once.
   */
  private void deliver(List<ForwardBatch.Part> parts, LogitsSink sink) {
    int[] partOf = new int[LOGIT_ROWS];
    int waiting = 0;
    int firstRow = 0;
    for (int index = 0; index < parts.size(); index++) {
      ForwardBatch.Part part = parts.get(index);
      if (part.logits() == ForwardBatch.Logits.ALL) {
        deliverAll(index, part, firstRow, sink);
      } else if (part.logits() == ForwardBatch.Logits.LAST) {
        partOf[waiting] = index;
        workspace.gathered[waiting++] = firstRow + part.count() - 1;
        if (waiting == LOGIT_ROWS) {
          deliverLast(parts, partOf, waiting, sink);
          waiting = 0;
        }
      }
      firstRow += part.count();
    }
    deliverLast(parts, partOf, waiting, sink);
  }

  private void deliverLast(
      List<ForwardBatch.Part> parts, int[] partOf, int count, LogitsSink sink) {
    // As decode steps, so that the logits after a prompt do not depend on how it was cut into
    // pieces.
    Tensor scores = logits(count, new StepRows(0, count));
    for (int i = 0; i < count; i++) {
      deliver(scores, i, partOf[i], parts.get(partOf[i]).count() - 1, sink);
    }
  }

  private void deliverAll(int index, ForwardBatch.Part part, int firstRow, LogitsSink sink) {
    int[] held = workspace.gathered.clone();
    for (int from = 0; from < part.count(); from += LOGIT_ROWS) {
      int count = Math.min(LOGIT_ROWS, part.count() - from);
      for (int i = 0; i < count; i++) {
        workspace.gathered[i] = firstRow + from + i;
      }
      Tensor scores = logits(count, new StepRows(count, 0));
      for (int i = 0; i < count; i++) {
        deliver(scores, i, index, from + i, sink);
      }
    }
    System.arraycopy(held, 0, workspace.gathered, 0, held.length);
  }

  /** Logits of the gathered rows. */
  private Tensor logits(int count, StepRows rows) {
    Workspace w = workspace;
    Tensor scores = w.logits(count);
    if (count > 0) {
      backend.gather(w.x, w.gathered, count, w.wanted);
      backend.rmsNorm(w.wanted, count, outputNorm, config.epsilon(), w.wanted);
      backend.matmul(w.wanted, rows, List.of(output), List.of(scores));
    }
    return scores;
  }

  private void deliver(Tensor scores, int row, int part, int token, LogitsSink sink) {
    backend.read(scores, row, logits);
    softcap();
    sink.accept(part, token, logits);
  }

  private void softcap() {
    float cap = config.logitSoftcap();
    if (cap > 0) {
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (cap * Math.tanh(logits[i] / cap));
      }
    }
  }

  private int checkedToken(int token) {
    if (token < 0 || token >= config.vocabulary()) {
      throw new IllegalArgumentException(
          "token " + token + " is not in the vocabulary of " + config.vocabulary());
    }
    return token;
  }

  /** The activations of a pass. */
  private static final class Workspace {
    final Backend backend;
    final int vocabulary;
    final int[] tokens; // [rows]
    final int[] positions; // [rows]
    final int[] gathered; // [LOGIT_ROWS]
    final Tensor x; // [rows, embedding]
    final Tensor normed; // [rows, embedding]
    final List<Tensor> qkv; // [rows, heads * headDim], [rows, kvHeads * headDim] twice
    final Tensor attended; // [rows, heads * headDim]
    final Tensor projected; // [rows, embedding]
    final List<Tensor> gateUp; // [rows, feedForward] twice
    final Tensor wanted; // [LOGIT_ROWS, embedding]
    Tensor logits; // [1 or LOGIT_ROWS, vocabulary]

    Workspace(Backend backend, ModelConfig config, int rows) {
      this.backend = backend;
      this.vocabulary = config.vocabulary();
      tokens = new int[rows];
      positions = new int[rows];
      gathered = new int[LOGIT_ROWS];
      x = backend.tensor(rows, config.embedding());
      normed = backend.tensor(rows, config.embedding());
      int keys = config.kvHeads() * config.headDim();
      qkv =
          List.of(
              backend.tensor(rows, config.heads() * config.headDim()),
              backend.tensor(rows, keys),
              backend.tensor(rows, keys));
      attended = backend.tensor(rows, config.heads() * config.headDim());
      projected = backend.tensor(rows, config.embedding());
      gateUp =
          List.of(
              backend.tensor(rows, config.feedForward()),
              backend.tensor(rows, config.feedForward()));
      wanted = backend.tensor(LOGIT_ROWS, config.embedding());
      logits = backend.tensor(1, vocabulary);
    }

    int rows() {
      return x.rows();
    }

    Tensor q() {
      return qkv.getFirst();
    }

    Tensor k() {
      return qkv.get(1);
    }

    Tensor v() {
      return qkv.getLast();
    }

    Tensor logits(int rows) {
      if (rows > logits.rows()) {
        logits = backend.tensor(LOGIT_ROWS, vocabulary);
      }
      return logits;
    }
  }
}

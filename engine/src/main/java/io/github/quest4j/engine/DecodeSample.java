package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.attention.AttentionShape;
import io.github.quest4j.attention.PagedAttention;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.compute.RopeAngles;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.compute.cpu.CpuBackend;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufTensor;
import io.github.quest4j.model.transformer.ModelConfig;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The operations of a decode step on a few rows of the model's own weights, one weight of each
 * type, and a short cache of its own: little work that takes every loop of the real one. One
 * thread.
 */
final class DecodeSample implements AutoCloseable {

  private static final int TOKENS = 300; // in the cache
  private static final int BUDGET = 128;
  private static final int ROWS = 96; // of a weight
  private static final int SPARSE_LAYERS = 4; // what is missed is told of every fourth
  private static final int SEED = 7;

  private final CpuBackend backend;
  private final PagePool pool;
  private final PagedAttention attention;
  private final SequenceAttention sequence;
  private final int layers;
  private final ModelConfig config;
  private final RopeAngles angles;
  private final Weight norm;
  private final List<GgufTensor> tensors;
  private final Tensor x;
  private final Tensor head;
  private final int queries; // floats of a token's
  private final int keys; // likewise
  private final float[] q;
  private final float[] k;
  private final float[] v;
  private final float[] out;
  private final Random random = new Random(SEED);

  DecodeSample(GgufFile file, ModelConfig config, EngineOptions options, Workers workers) {
    this.config = config;
    Kernels kernels = Kernels.best();
    backend = new CpuBackend(workers, kernels, MemoryLimit.of(1L << 28));
    Map<GgmlType, GgufTensor> byType = new EnumMap<>(GgmlType.class);
    for (GgufTensor tensor : file.tensors()) {
      if (tensor.rows() > 1 && tensor.type().supported()) {
        byType.putIfAbsent(tensor.type(), tensor.firstRows(Math.min(ROWS, tensor.rows())));
      }
    }
    tensors = List.copyOf(byType.values());
    norm = backend.weight(file.tensor("output_norm.weight"));
    PageScorer scorer = PageScorer.of(options.attention().scorer());
    layers = Math.min(config.layers(), options.attention().denseLayers() + SPARSE_LAYERS);
    List<LayerShape> shapes = config.layerShapes().subList(0, layers);
    pool =
        PagePool.open(
            new KvLayout(options.pageSize(), options.kvType(), shapes, scorer.digest()),
            MemoryLimit.of(1L << 28));
    attention =
        new PagedAttention(
            pool,
            new AttentionShape(config.heads(), config.attentionScale()),
            scorer,
            kernels,
            workers);
    sequence = attention.open(options.attention().withTokenBudget(BUDGET));
    int pairs = config.ropeDims() / 2;
    angles = new RopeAngles(pairs, config.ropeInterleaved(), new float[pairs], new float[pairs]);
    x = backend.tensor(1, config.embedding());
    head = backend.tensor(1, config.heads() * config.headDim());
    queries = config.heads() * config.headDim();
    keys = config.kvHeads() * config.headDim();
    q = new float[TOKENS * queries];
    k = new float[TOKENS * keys];
    v = new float[TOKENS * keys];
    out = new float[TOKENS * queries];
    // Numbers as they may come: branches that were never taken are not compiled.
    for (float[] numbers : List.of(q, k, v)) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
    }
    attend(TOKENS, true);
  }

  /** A decode step. */
  void run() {
    backend.rmsNorm(x, 1, norm, config.epsilon(), x);
    for (GgufTensor tensor : tensors) {
      // A weight that has not been met: its copy is made, as that of the real one will be.
      Weight weight = backend.weight(tensor);
      Tensor in = backend.tensor(1, weight.columns());
      Tensor product = backend.tensor(1, weight.rows());
      backend.matmul(in, new StepRows(0, 1), List.of(weight), List.of(product));
    }
    backend.rope(head, 1, config.headDim(), angles);
    for (int i = 0; i < queries; i++) {
      q[i] = (float) random.nextGaussian();
    }
    attend(1, false);
    backend.gated(config.activation(), backend.tensor(1, config.embedding()), x, 1);
    backend.add(x, x, 1);
  }

  private void attend(int tokens, boolean prefill) {
    AttentionPlan plan =
        attention.plan(List.of(new PagedAttention.Item(sequence, tokens, prefill)));
    boolean done = false;
    try {
      for (int layer = 0; layer < layers; layer++) {
        plan.run(layer, q, queries, k, v, keys, out, queries);
      }
      plan.commit();
      done = true;
    } finally {
      if (!done) {
        plan.rollback();
      }
    }
  }

  @Override
  public void close() {
    sequence.close();
    attention.close();
    pool.close();
    backend.close();
  }
}

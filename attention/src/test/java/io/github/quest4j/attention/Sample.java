package io.github.quest4j.attention;

import io.github.quest4j.attention.PagedAttention.Item;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A made-up model: what its layers would hand to attention, and the attention to hand it to. */
final class Sample implements AutoCloseable {

  /** Sizes of the model. All layers are alike but for the window of layer 1. */
  record Sizes(
      int layers, int kvHeads, int group, int headDim, int pageSize, KvType type, int window) {

    Sizes(int kvHeads, int group, int headDim, int pageSize, KvType type) {
      this(1, kvHeads, group, headDim, pageSize, type, 0);
    }

    int queryHeads() {
      return kvHeads * group;
    }

    float scale() {
      return (float) (1 / Math.sqrt(headDim));
    }
  }

  /** Rows of one sequence, the same whoever asks. */
  static final class Rows {
    final float[][] q; // [layers][tokens, queryHeads * headDim]
    final float[][] k; // [layers][tokens, kvHeads * headDim]
    final float[][] v;

    Rows(Sizes sizes, int tokens, long seed) {
      Random random = new Random(seed);
      int kvRow = sizes.kvHeads * sizes.headDim;
      q = new float[sizes.layers][tokens * kvRow * sizes.group];
      k = new float[sizes.layers][tokens * kvRow];
      v = new float[sizes.layers][tokens * kvRow];
      for (int layer = 0; layer < sizes.layers; layer++) {
        gaussian(random, q[layer]);
        gaussian(random, k[layer]);
        gaussian(random, v[layer]);
        // Neighbours are alike, so that pages differ.
        for (int i = kvRow; i < k[layer].length; i++) {
          k[layer][i] = 0.8f * k[layer][i - kvRow] + 0.6f * k[layer][i];
        }
      }
    }

    private static void gaussian(Random random, float[] x) {
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
    }
  }

  /** One item of a step: the next tokens of a sequence. */
  record Part(SequenceAttention sequence, Rows rows, int tokens, boolean prefill) {}

  final Sizes sizes;
  final PagePool pool;
  final Workers workers;
  final PagedAttention attention;
  final AttentionPlan plan; // the one there is

  Sample(Sizes sizes, String scorer, int threads) {
    this(sizes, scorer, threads, Kernels.best());
  }

  Sample(Sizes sizes, String scorer, int threads, Kernels kernels) {
    this.sizes = sizes;
    List<LayerShape> layers = new ArrayList<>();
    for (int layer = 0; layer < sizes.layers; layer++) {
      layers.add(new LayerShape(sizes.kvHeads, sizes.headDim, layer == 1 ? sizes.window : 0));
    }
    PageScorer pageScorer = PageScorer.of(scorer, kernels);
    KvLayout layout = new KvLayout(sizes.pageSize, sizes.type, layers, pageScorer.digest());
    pool = PagePool.open(layout, MemoryLimit.of(1L << 30), kernels);
    workers = Workers.of(threads);
    attention =
        new PagedAttention(
            pool,
            new AttentionShape(sizes.queryHeads(), sizes.scale()),
            pageScorer,
            kernels,
            workers);
    plan = attention.plan(List.of());
    plan.rollback();
  }

  /** Runs one step; returns the results {@code [layers][rows, queryHeads * headDim]}. */
  float[][] step(Part... parts) {
    float[][] out = run(parts);
    plan.commit();
    return out;
  }

  /** Runs one step without ending it. */
  float[][] run(Part... parts) {
    List<Item> items = new ArrayList<>();
    int rows = 0;
    for (Part part : parts) {
      items.add(new Item(part.sequence, part.tokens, part.prefill));
      rows += part.tokens;
    }
    attention.plan(items);
    int kvRow = sizes.kvHeads * sizes.headDim;
    int qRow = kvRow * sizes.group;
    float[][] out = new float[sizes.layers][rows * qRow];
    for (int layer = 0; layer < sizes.layers; layer++) {
      float[] q = new float[rows * qRow];
      float[] k = new float[rows * kvRow];
      float[] v = new float[rows * kvRow];
      int row = 0;
      for (Part part : parts) {
        int from = part.sequence.cache().length();
        System.arraycopy(part.rows.q[layer], from * qRow, q, row * qRow, part.tokens * qRow);
        System.arraycopy(part.rows.k[layer], from * kvRow, k, row * kvRow, part.tokens * kvRow);
        System.arraycopy(part.rows.v[layer], from * kvRow, v, row * kvRow, part.tokens * kvRow);
        row += part.tokens;
      }
      plan.run(layer, q, qRow, k, v, kvRow, out[layer], qRow);
    }
    return out;
  }

  /** Feeds a prompt in pieces of at most that size. */
  void prefill(SequenceAttention sequence, Rows rows, int tokens, int piece) {
    for (int t = 0; t < tokens; t += piece) {
      step(new Part(sequence, rows, Math.min(piece, tokens - t), true));
    }
  }

  /** Lets a sequence have a prompt that nobody attends to. */
  void fill(SequenceAttention sequence, Rows rows, int tokens) {
    int kvRow = sizes.kvHeads * sizes.headDim;
    sequence.cache().extend(tokens);
    for (int layer = 0; layer < sizes.layers; layer++) {
      float[] k = rows.k[layer];
      sequence.cache().append(layer, k, 0, rows.v[layer], 0, kvRow, tokens, workers);
    }
    sequence.cache().commit();
  }

  @Override
  public void close() {
    attention.close();
    workers.close();
    pool.close();
  }
}

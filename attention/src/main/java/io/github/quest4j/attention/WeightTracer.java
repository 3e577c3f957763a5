package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;

/**
 * Shows the weights of one row to a {@link WeightProbe}, each query head's for itself. They are
 * computed again from the keys that were read, so that nobody else pays and no result changes; the
 * log-sum-exps are known from attending.
 */
final class WeightTracer implements WeightProbe.Weights {

  private static final int BLOCK = 512; // tokens of a list that a task weighs

  /** One worker's working memory. */
  private static final class Scratch {
    final PageRun run = new PageRun();
    final AttendScratch attend = new AttendScratch();
  }

  private final PagedAttention attention;
  private final int queryHeads;
  private final int pageSize;
  private final Workers.Task task = this::weigh;
  private final Scratch[] scratch; // [threads]
  private final PageList all = new PageList();
  private final PageList[] lists; // [queryHeads], of which the first `count` are in use
  private final float[] logSumExps; // [queryHeads]
  private float[] weights = new float[0]; // [queryHeads, stride]
  private int count;
  private int stride;
  private SequenceAttention sequence;
  private int layer;
  private float[] q = new float[0];
  private int qOffset;

  @SuppressWarnings("NullAway.Init") // the sequence is there while a row is shown
  WeightTracer(PagedAttention attention) {
    this.attention = attention;
    queryHeads = attention.shape.queryHeads();
    pageSize = attention.pool.layout().pageSize();
    scratch = new Scratch[attention.workers.threads()];
    Arrays.setAll(scratch, i -> new Scratch());
    lists = new PageList[queryHeads];
    Arrays.fill(lists, all);
    logSumExps = new float[queryHeads];
  }

  /** Whether a probe is to see that layer of the sequence. */
  boolean traces(SequenceAttention sequence, int layer) {
    return sequence.weightProbe().isPresent()
        && attention.pool.layout().layers().get(layer).window() == 0;
  }

  /**
   * Shows the last row of a prompt piece, which has read everything before it.
   *
   * @param lse its log-sum-exps {@code [queryHeads]} from {@code lseOffset} on
   */
  void showPrompt(
      SequenceAttention sequence, int layer, float[] q, int qOffset, float[] lse, int lseOffset) {
    all.clear();
    for (int page = 0; page < sequence.cache().pages(layer); page++) {
      all.add(page);
    }
    count = attention.pool.layout().layers().get(layer).kvHeads();
    Arrays.fill(lists, 0, count, all);
    System.arraycopy(lse, lseOffset, logSumExps, 0, queryHeads);
    show(sequence, layer, q, qOffset);
  }

  /** Shows what a decode row has read. */
  void showStep(DecodeRow row, int layer, float[] q, int qOffset) {
    count = row.lists();
    for (int list = 0; list < count; list++) {
      lists[list] = row.list(list);
    }
    for (int head = 0; head < queryHeads; head++) {
      logSumExps[head] = row.logSumExp(head);
    }
    show(row.sequence(), layer, q, qOffset);
  }

  private void show(SequenceAttention sequence, int layer, float[] q, int qOffset) {
    this.sequence = sequence;
    this.layer = layer;
    this.q = q;
    this.qOffset = qOffset;
    int most = 0;
    for (int list = 0; list < count; list++) {
      most = Math.max(most, lists[list].count() * pageSize);
    }
    if (stride < most) {
      stride = most + most / 2;
      weights = new float[Math.multiplyExact(queryHeads, stride)];
    }
    attention.workers.run(Math.ceilDiv(most, BLOCK) * count, task);
    sequence.weightProbe().orElseThrow().attended(layer, sequence.cache().extent() - 1, this);
  }

  /** Weighs a block of a list. */
  private void weigh(int index, int worker) {
    int list = index % count;
    int from = index / count * (BLOCK / pageSize);
    int to = Math.min(lists[list].count(), from + BLOCK / pageSize);
    if (from >= to) {
      return;
    }
    AttendKernels kernels = attention.kernels.attend();
    LayerShape shape = attention.pool.layout().layers().get(layer);
    KvCache cache = sequence.cache();
    Scratch own = scratch[worker];
    int heads = queryHeads / count;
    int first = list * heads;
    int kvHead = first / (queryHeads / shape.kvHeads());
    DecodeStep.fill(
        own.run, attention.pool, cache, layer, kvHead, lists[list], from, to, cache.extent());
    int at = first * stride + from * pageSize;
    int fromQ = qOffset + first * shape.headDim();
    float scale = attention.shape.scale();
    kernels.scores(own.run, q, fromQ, heads, scale, own.attend, weights, at, stride);
    for (int h = 0; h < heads; h++) {
      int tokens = own.run.tokens();
      kernels.expInPlace(weights, at + h * stride, tokens, logSumExps[first + h]);
    }
  }

  @Override
  public int queryHeads() {
    return queryHeads;
  }

  @Override
  public PageList pages(int queryHead) {
    return lists[queryHead / (queryHeads / count)];
  }

  @Override
  public float[] values() {
    return weights;
  }

  @Override
  public int offset(int queryHead) {
    return queryHead * stride;
  }
}

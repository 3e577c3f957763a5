package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Shows the weights of one row to a {@link WeightProbe}, each query head's for itself. They are
 * computed again from the keys that were read, so that nobody else pays and no result changes.
 */
final class WeightTracer {

  private static final int BLOCK = 512; // tokens of a list that a task weighs

  /** One worker's working memory. */
  private static final class Scratch {
    final PageRun run = new PageRun();
    final AttendScratch attend = new AttendScratch();
    float[] scores = new float[0]; // [headsPerList, BLOCK]
  }

  private final PagedAttention attention;
  private final Scratch[] scratch; // [threads]
  private final PageList all = new PageList();
  private float[] weights = new float[0]; // [queryHeads, stride]
  private int stride;

  WeightTracer(PagedAttention attention) {
    this.attention = attention;
    scratch = new Scratch[attention.workers.threads()];
    Arrays.setAll(scratch, i -> new Scratch());
  }

  /** Whether a probe is to see that layer of the sequence. */
  boolean traces(SequenceAttention sequence, int layer) {
    return sequence.weightProbe().isPresent()
        && attention.pool.layout().layers().get(layer).window() == 0;
  }

  /** Shows the last row of a prompt piece, which has read everything before it. */
  void showPrompt(SequenceAttention sequence, int layer, float[] q, int qOffset) {
    all.clear();
    for (int page = 0; page < sequence.cache().pages(layer); page++) {
      all.add(page);
    }
    int kvHeads = attention.pool.layout().layers().get(layer).kvHeads();
    show(sequence, layer, q, qOffset, kvHeads, list -> all);
  }

  /** Shows what a decode row has read. */
  void showStep(DecodeRow row, int layer, float[] q, int qOffset) {
    show(row.sequence(), layer, q, qOffset, row.lists(), row::list);
  }

  private void show(
      SequenceAttention sequence,
      int layer,
      float[] q,
      int qOffset,
      int lists,
      IntFunction<PageList> list) {
    int queryHeads = attention.shape.queryHeads();
    int tokens = sequence.cache().extent();
    reserve(queryHeads, tokens);
    for (int head = 0; head < queryHeads; head++) {
      Arrays.fill(weights, head * stride, head * stride + tokens, Float.NEGATIVE_INFINITY);
    }
    int blockPages = BLOCK / attention.pool.layout().pageSize();
    int most = 0;
    for (int l = 0; l < lists; l++) {
      most = Math.max(most, list.apply(l).count());
    }
    Workers.Task score =
        (index, worker) -> {
          PageList pages = list.apply(index % lists);
          int from = index / lists * blockPages;
          int to = Math.min(pages.count(), from + blockPages);
          if (from < to) {
            score(sequence, layer, q, qOffset, lists, index % lists, pages, from, to, worker);
          }
        };
    attention.workers.run(Math.ceilDiv(most, blockPages) * lists, score);
    attention.workers.run(queryHeads, (head, worker) -> normalize(head, tokens));
    sequence.weightProbe().orElseThrow().attended(layer, tokens - 1, queryHeads, weights, stride);
  }

  private void reserve(int queryHeads, int tokens) {
    if (stride < tokens) {
      stride = Math.max(tokens, stride + stride / 2);
      weights = new float[Math.multiplyExact(queryHeads, stride)];
    }
  }

  /** Writes the scores of the pages {@code from .. to-1} of a list where their tokens stand. */
  private void score(
      SequenceAttention sequence,
      int layer,
      float[] q,
      int qOffset,
      int lists,
      int list,
      PageList pages,
      int from,
      int to,
      int worker) {
    LayerShape shape = attention.pool.layout().layers().get(layer);
    int pageSize = attention.pool.layout().pageSize();
    int heads = attention.shape.queryHeads() / lists;
    int kvHead = list * shape.kvHeads() / lists;
    KvCache cache = sequence.cache();
    Scratch own = scratch[worker];
    if (own.scores.length < heads * BLOCK) {
      own.scores = new float[heads * BLOCK];
    }
    DecodeStep.fill(own.run, attention.pool, cache, layer, kvHead, pages, from, to, cache.extent());
    attention
        .kernels
        .attend()
        .scores(
            own.run,
            q,
            qOffset + list * heads * shape.headDim(),
            heads,
            attention.shape.scale(),
            own.attend,
            own.scores,
            0,
            BLOCK);
    for (int i = from; i < to; i++) {
      int token = pages.get(i) * pageSize;
      int count = Math.min(pageSize, cache.extent() - token);
      for (int h = 0; h < heads; h++) {
        int at = (list * heads + h) * stride + token;
        System.arraycopy(own.scores, h * BLOCK + (i - from) * pageSize, weights, at, count);
      }
    }
  }

  private void normalize(int head, int tokens) {
    AttendKernels kernels = attention.kernels.attend();
    int at = head * stride;
    double sum = kernels.expInPlace(weights, at, tokens, kernels.max(weights, at, tokens));
    float share = (float) (1 / sum);
    for (int i = at; i < at + tokens; i++) {
      weights[i] *= share;
    }
  }
}

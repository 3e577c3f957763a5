package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;

/**
 * Shows attention weights to the policies that ask for them; computed again for that, so that
 * nobody else pays. The log-sum-exp of each row is known from attending, so that blocks of tokens
 * can be weighed apart: a task is a block of tokens and a list, and goes over the rows in their
 * order, so that sums do not depend on the threads or on how a prompt was cut.
 */
final class WeightObserver {

  /** Tokens of a block; their keys stay in the second-level cache while the rows pass. */
  private static final int BLOCK = 512;

  /** Queries that meet the keys at a time, as far as whole rows fit. */
  private static final int QUERIES = 24;

  /** One worker's working memory. */
  private static final class Scratch {
    final PageRun run = new PageRun();
    final AttendScratch attend = new AttendScratch();
    float[] q = new float[0]; // [queries, headDim]
    float[] weights = new float[0]; // [queries, BLOCK]

    /** Makes room for that many queries. */
    void reserve(int queries, int headDim) {
      if (q.length < queries * headDim) {
        q = new float[queries * headDim];
      }
      if (weights.length < queries * BLOCK) {
        weights = new float[queries * BLOCK];
      }
    }
  }

  private final PagedAttention attention;
  private final AttendKernels kernels;
  private final Scratch[] scratch; // [threads]

  WeightObserver(PagedAttention attention) {
    this.attention = attention;
    kernels = attention.kernels.attend();
    scratch = new Scratch[attention.workers.threads()];
    Arrays.setAll(scratch, i -> new Scratch());
  }

  /**
   * Shows rows of a prompt, which have read everything before them.
   *
   * @param position of the first one
   * @param q {@code [rows, queryHeads, headDim]} from {@code qOffset} on, rows {@code qStride}
   *     apart
   * @param lse their log-sum-exps {@code [rows, queryHeads]} from {@code lseOffset} on
   */
  void showPrompt(
      SequenceAttention sequence,
      int layer,
      int position,
      int rows,
      float[] q,
      int qOffset,
      int qStride,
      float[] lse,
      int lseOffset) {
    LayerShape shape = attention.pool.layout().layers().get(layer);
    int kvHeads = shape.kvHeads();
    int queryHeads = attention.shape.queryHeads();
    int group = queryHeads / kvHeads;
    int width = group * shape.headDim();
    int most = Math.max(1, QUERIES / group);
    int end = position + rows;
    KvCache cache = sequence.cache();
    PageSelector.State state = sequence.state();
    state.expect(layer, position, rows);
    Workers.Task task =
        (index, worker) -> {
          Scratch own = scratch[worker];
          own.reserve(padded(most * group), shape.headDim());
          int kvHead = index % kvHeads;
          int from = index / kvHeads * BLOCK;
          for (int first = Math.max(position, from); first < end; first += most) {
            int n = Math.min(most, end - first);
            int tokens = Math.min(from + BLOCK, first + n) - from;
            int firstPage = from / attention.pool.layout().pageSize();
            PrefillStep.fill(
                own.run, attention.pool, cache, layer, kvHead, firstPage, from + tokens);
            for (int i = 0; i < n; i++) {
              int at = qOffset + (first - position + i) * qStride + kvHead * width;
              System.arraycopy(q, at, own.q, i * width, width);
            }
            scores(own, n * group);
            for (int i = 0; i < n; i++) {
              int seen = Math.min(tokens, first + i + 1 - from);
              int of = lseOffset + (first - position + i) * queryHeads + kvHead * group;
              weigh(own, i * group, group, seen, lse, of);
              state.observe(layer, kvHead, first + i, from, seen, own.weights, i * group * BLOCK);
            }
          }
        };
    attention.workers.run(Math.ceilDiv(end, BLOCK) * kvHeads, task);
  }

  /** Shows what a decode row has read. */
  void showStep(DecodeRow row, int layer, float[] q, int qOffset) {
    LayerShape shape = attention.pool.layout().layers().get(layer);
    int heads = row.headsPerList();
    int width = heads * shape.headDim();
    int position = row.sequence().cache().length();
    PageSelector.State state = row.sequence().state();
    state.expect(layer, position, 1);
    Workers.Task task =
        (list, worker) -> {
          Scratch own = scratch[worker];
          own.reserve(padded(heads), shape.headDim());
          System.arraycopy(q, qOffset + list * width, own.q, 0, width);
          int blockPages = BLOCK / attention.pool.layout().pageSize();
          PageList pages = row.list(list);
          for (int from = 0; from < pages.count(); from += blockPages) {
            showPages(
                row, layer, list, from, Math.min(pages.count(), from + blockPages), own, state);
          }
        };
    attention.workers.run(row.lists(), task);
  }

  private void showPages(
      DecodeRow row, int layer, int list, int from, int to, Scratch own, PageSelector.State state) {
    int pageSize = attention.pool.layout().pageSize();
    int heads = row.headsPerList();
    int kvHeads = attention.pool.layout().layers().get(layer).kvHeads();
    KvCache cache = row.sequence().cache();
    PageList pages = row.list(list);
    int kvHead = row.firstHead(list) / (attention.shape.queryHeads() / kvHeads);
    DecodeStep.fill(own.run, attention.pool, cache, layer, kvHead, pages, from, to, cache.extent());
    scores(own, heads);
    float[] lse = new float[heads];
    for (int h = 0; h < heads; h++) {
      lse[h] = row.logSumExp(row.firstHead(list) + h);
    }
    weigh(own, 0, heads, own.run.tokens(), lse, 0);
    for (int i = from; i < to; i++) {
      int token = pages.get(i) * pageSize;
      int count = Math.min(pageSize, cache.extent() - token);
      state.observe(layer, list, cache.length(), token, count, own.weights, (i - from) * pageSize);
    }
  }

  private void scores(Scratch own, int queries) {
    // Few queries are summed in another order than many: filled up, each is summed as any other.
    kernels.scores(
        own.run,
        own.q,
        0,
        padded(queries),
        attention.shape.scale(),
        own.attend,
        own.weights,
        0,
        BLOCK);
  }

  private static int padded(int queries) {
    return queries + 3 & -4;
  }

  /** Makes weights of the scores of consecutive queries, and of the first of them their sum. */
  private void weigh(Scratch own, int query, int queries, int tokens, float[] lse, int lseOffset) {
    for (int h = 0; h < queries; h++) {
      int at = (query + h) * BLOCK;
      kernels.expInPlace(own.weights, at, tokens, lse[lseOffset + h]);
      if (h > 0) {
        kernels.addScaled(1, own.weights, at, own.weights, query * BLOCK, tokens);
      }
    }
  }
}

package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.work.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The decode rows of a step. Per layer: score and select (a task per row and KV head, or per range
 * of pages where there are many), then attend (a task per list and chunk of its pages); whoever
 * ends a list's last chunk merges them.
 */
final class DecodeStep {

  // Tokens of a chunk of a list. The chunks depend on the list alone, so that the order of sums
  // does too.
  private static final int CHUNK_TOKENS = 512;
  // Pages from which one KV head's scores are worth splitting.
  private static final int RANGE_PAGES = 128;

  private final PagedAttention attention;
  private final List<DecodeRow> rows = new ArrayList<>(); // the first `count` are in use
  private final WeightObserver observer;
  private final Workers.Task scoreTask = this::score;
  private final Workers.Task attendTask = this::attend;
  private int count;

  private int layer;
  private int kvHeads;
  private int group;
  private int headDim;
  private int chunkPages;
  private int ranges;
  private boolean split;
  private int[] listStarts = new int[1]; // [rows + 1] first list of each row
  private int[] chunkStarts = new int[1]; // [lists + 1] first chunk of each list
  private float[] q = new float[0];
  private float[] out = new float[0];
  private int qStride;
  private int outStride;
  private long chooseNanos; // scoring and selecting
  private long attendNanos;
  private float[] partials = new float[0]; // [chunks, heads of the list, headDim + 2]

  DecodeStep(PagedAttention attention) {
    this.attention = attention;
    this.observer = new WeightObserver(attention);
  }

  void clear() {
    count = 0;
  }

  void add(SequenceAttention sequence, int row) {
    if (count == rows.size()) {
      rows.add(new DecodeRow(attention));
    }
    rows.get(count++).begin(sequence, row);
  }

  /** The step has ended well. */
  void count() {
    for (int i = 0; i < count; i++) {
      rows.get(i).sequence().counters().step();
    }
  }

  void run(int layer, float[] q, int qStride, float[] out, int outStride) {
    if (count == 0) {
      return;
    }
    KvLayout layout = attention.pool.layout();
    LayerShape shape = layout.layers().get(layer);
    this.layer = layer;
    this.q = q;
    this.out = out;
    this.qStride = qStride;
    this.outStride = outStride;
    kvHeads = shape.kvHeads();
    group = attention.shape.queryHeads() / kvHeads;
    headDim = shape.headDim();
    chunkPages = Math.max(1, CHUNK_TOKENS / layout.pageSize());
    boolean scored = false;
    boolean selecting = false;
    int mostPages = 0;
    for (int i = 0; i < count; i++) {
      DecodeRow row = rows.get(i);
      row.beginLayer(layer, kvHeads, group);
      selecting |= row.selects();
      scored |= row.scored();
      mostPages = row.selects() ? Math.max(mostPages, row.pages()) : mostPages;
    }
    long begun = System.nanoTime();
    if (selecting) {
      split =
          scored && mostPages >= RANGE_PAGES && attention.workers.threads() > count * kvHeads / 2;
      ranges = split ? Math.ceilDiv(mostPages, RANGE_PAGES) : 1;
      for (int i = 0; i < count; i++) {
        rows.get(i).expectRanges(kvHeads, ranges);
      }
      attention.workers.run(count * kvHeads * ranges, scoreTask);
    }
    long chosen = System.nanoTime();
    chooseNanos += chosen - begun;
    layOut();
    attention.workers.run(chunkStarts[listStarts[count]], attendTask);
    attendNanos += System.nanoTime() - chosen;
    for (int i = 0; i < count; i++) {
      rows.get(i).countLayer(layer);
      if (shape.window() == 0 && rows.get(i).sequence().state().observesSteps(layer)) {
        observer.showStep(rows.get(i), layer, q, rows.get(i).row() * qStride);
      }
      DecodeRow row = rows.get(i);
      if (attention.tracer.traces(row.sequence(), layer)) {
        attention.tracer.showStep(row, layer, q, row.row() * qStride);
      }
      if (row.sequence().probe().isPresent()) {
        StepProbe probe = row.sequence().probe().get();
        probe.attended(row.sequence(), layer, q, row.row() * qStride, row);
      }
    }
  }

  /** Scores a range of a row's pages for one KV head; whoever ends the last range selects. */
  private void score(int task, int worker) {
    DecodeRow row = rows.get(task / (kvHeads * ranges));
    int kvHead = task / ranges % kvHeads;
    if (!row.selects()) {
      return;
    }
    if (row.scored()) {
      int scorable = row.pages() - 1;
      int from = split ? Math.min(scorable, task % ranges * RANGE_PAGES) : 0;
      int to = split ? Math.min(scorable, from + RANGE_PAGES) : scorable;
      if (from < to) {
        row.score(
            layer,
            kvHead,
            q,
            row.row() * qStride + kvHead * group * headDim,
            from,
            to,
            attention.scratch[worker]);
      }
    }
    if (row.rangeDone(kvHead)) {
      choose(row, kvHead, worker);
    }
  }

  private void choose(DecodeRow row, int kvHead, int worker) {
    PagedAttention.Scratch scratch = attention.scratch[worker];
    long begun = System.nanoTime();
    row.select(layer, kvHead, q, row.row() * qStride + kvHead * group * headDim, scratch);
    scratch.selectNanos += System.nanoTime() - begun;
  }

  /** Time of all steps so far; selecting and merging count as if the threads had shared them. */
  AttentionTimes times() {
    long select = 0;
    long merge = 0;
    for (PagedAttention.Scratch scratch : attention.scratch) {
      select += scratch.selectNanos;
      merge += scratch.mergeNanos;
    }
    select = Math.min(chooseNanos, select / attention.scratch.length);
    merge = Math.min(attendNanos, merge / attention.scratch.length);
    return new AttentionTimes(chooseNanos - select, select, attendNanos - merge, merge);
  }

  /** Numbers the chunks of all lists and makes room for their results. */
  private void layOut() {
    if (listStarts.length < count + 1) {
      listStarts = new int[2 * count + 1];
    }
    int lists = 0;
    for (int i = 0; i < count; i++) {
      listStarts[i] = lists;
      lists += rows.get(i).lists();
    }
    listStarts[count] = lists;
    if (chunkStarts.length < lists + 1) {
      chunkStarts = new int[2 * lists + 1];
    }
    int chunks = 0;
    int list = 0;
    for (int i = 0; i < count; i++) {
      DecodeRow row = rows.get(i);
      for (int l = 0; l < row.lists(); l++) {
        chunkStarts[list++] = chunks;
        int n = Math.ceilDiv(row.list(l).count(), chunkPages);
        row.expectChunks(l, n);
        chunks += n;
      }
    }
    chunkStarts[lists] = chunks;
    int floats = chunks * group * (headDim + 2);
    if (partials.length < floats) {
      partials = new float[Math.max(floats, 2 * partials.length)];
    }
  }

  /** Attends one chunk of one list; the last one to end merges the list. */
  private void attend(int chunk, int worker) {
    int lists = listStarts[count];
    int list = find(chunkStarts, lists, chunk);
    int index = find(listStarts, count, list);
    DecodeRow row = rows.get(index);
    int l = list - listStarts[index];
    int firstHead = row.firstHead(l);
    int heads = row.headsPerList();
    int kvHead = firstHead / group;
    int from = (chunk - chunkStarts[list]) * chunkPages;
    PageList pages = row.list(l);
    int to = Math.min(pages.count(), from + chunkPages);
    PagedAttention.Scratch scratch = attention.scratch[worker];
    KvCache cache = row.sequence().cache();
    fill(scratch.run, attention.pool, cache, layer, kvHead, pages, from, to, cache.extent());
    int stride = group * (headDim + 2);
    attention
        .kernels
        .attend()
        .attend(
            scratch.run,
            q,
            row.row() * qStride + firstHead * headDim,
            heads,
            attention.shape.scale(),
            scratch.attend,
            partials,
            chunk * stride);
    if (row.chunkDone(l)) {
      long begun = System.nanoTime();
      for (int h = 0; h < heads; h++) {
        float lse =
            merge(
                chunkStarts[list],
                chunkStarts[list + 1],
                stride,
                h * (headDim + 2),
                row.row() * outStride + (firstHead + h) * headDim);
        row.attended(firstHead + h, lse, l);
      }
      scratch.mergeNanos += System.nanoTime() - begun;
    }
  }

  /**
   * Merges the partial results of one query head, in the order of the chunks, and returns the
   * log-sum-exp.
   */
  private float merge(int fromChunk, int toChunk, int stride, int offset, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int chunk = fromChunk; chunk < toChunk; chunk++) {
      max = Math.max(max, partials[chunk * stride + offset]);
    }
    Arrays.fill(out, to, to + headDim, 0f);
    double sum = 0;
    for (int chunk = fromChunk; chunk < toChunk; chunk++) {
      int at = chunk * stride + offset;
      float weight = (float) Math.exp(partials[at] - max);
      sum += (double) weight * partials[at + 1];
      attention.kernels.attend().addScaled(weight, partials, at + 2, out, to, headDim);
    }
    float inverse = (float) (1 / sum);
    for (int i = to; i < to + headDim; i++) {
      out[i] *= inverse;
    }
    return (float) (max + Math.log(sum));
  }

  /** The last index in 0 .. n-1 whose start is not above {@code value}. */
  private static int find(int[] starts, int n, int value) {
    int low = 0;
    int high = n - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= value) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Fills a run with the pages {@code from .. to-1} of a list, cut to the window and to a token.
   */
  static void fill(
      PageRun run,
      PagePool pool,
      KvCache cache,
      int layer,
      int kvHead,
      PageList pages,
      int from,
      int to,
      int toToken) {
    KvLayout layout = pool.layout();
    LayerShape shape = layout.layers().get(layer);
    int pageSize = layout.pageSize();
    run.reset(layout.type(), shape.headDim(), pageSize);
    int group = pool.group(layer);
    for (int i = from; i < to; i++) {
      int page = cache.page(layer, pages.get(i));
      run.add(
          pool.slab(group, page),
          pool.keyOffset(layer, page, kvHead),
          pool.valueOffset(layer, page, kvHead));
      if (pages.masked()) {
        run.keepOnly(pages.low(i), pages.high(i));
      }
    }
    int firstSeen = shape.window() == 0 ? 0 : Math.max(0, toToken - shape.window());
    int first = Math.max(0, firstSeen - pages.get(from) * pageSize);
    int lastPage = pages.get(to - 1);
    int inLast = Math.min(pageSize, toToken - lastPage * pageSize);
    run.limit(first, (to - from - 1) * pageSize + inLast);
  }

  List<PageList> selected(int row) {
    return rows.get(row).selected();
  }

  float[] scores(int row, int list) {
    return rows.get(row).scores(list);
  }

  float logSumExp(int row, int queryHead) {
    return rows.get(row).logSumExp(queryHead);
  }
}

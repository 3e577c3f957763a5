package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.PageScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * One decode row in one layer: its page lists, their scores, and what was missed. Long-lived and
 * refilled.
 */
final class DecodeRow implements StepView {

  /**
   * A step estimates what was missed in one layer of so many, each layer in its turn: the masses
   * cost half as much again as the scores.
   */
  private static final int ESTIMATED = 4;

  private static final float[] NOBODY_WANTS_THEM = new float[0];

  private final PagedAttention attention;
  private final PageList[] lists; // [queryHeads]
  private final AtomicIntegerArray chunksLeft; // [queryHeads]
  private final AtomicIntegerArray rangesLeft; // [queryHeads], of which the KV heads are used
  private final float[] logSumExps; // [queryHeads]
  private final double[] missed; // [queryHeads], share of the attention
  private SequenceAttention sequence;
  private int row;
  private long turn; // layers of steps that it has begun
  private int pages;
  private int firstPage;
  private int listCount;
  private int headsPerList;
  private int group;
  private boolean selects;
  private boolean scored;
  private boolean estimates;
  private int stride;
  private float[] scores = new float[0]; // [queryHeads, stride]
  private float[] masses = new float[0]; // [queryHeads, stride]

  @SuppressWarnings("NullAway.Init") // a row is used after begin() only
  DecodeRow(PagedAttention attention) {
    this.attention = attention;
    int heads = attention.shape.queryHeads();
    lists = new PageList[heads];
    Arrays.setAll(lists, i -> new PageList());
    chunksLeft = new AtomicIntegerArray(heads);
    rangesLeft = new AtomicIntegerArray(heads);
    logSumExps = new float[heads];
    missed = new double[heads];
  }

  void begin(SequenceAttention sequence, int row) {
    this.sequence = sequence;
    this.row = row;
  }

  SequenceAttention sequence() {
    return sequence;
  }

  /** Its row in the step. */
  int row() {
    return row;
  }

  void beginLayer(int layer, int kvHeads, int group) {
    this.group = group;
    turn++;
    KvCache cache = sequence.cache();
    KvLayout layout = attention.pool.layout();
    int window = layout.layers().get(layer).window();
    pages = cache.pages(layer);
    firstPage = window == 0 ? 0 : Math.max(0, cache.extent() - window) / layout.pageSize();
    sequence.state().begin(layer, cache.length());
    selects = window == 0 && sequence.state().selects(layer, pages);
    scored = selects && sequence.selector().needsScores();
    estimates =
        scored
            && attention.scorer.estimatesMass()
            && (sequence.options().adaptive()
                || sequence.options().trackMissedMass()
                    && (sequence.probe().isPresent() || (layer + cache.length()) % ESTIMATED == 0));
    boolean perHead = selects && sequence.options().gqa() == AttentionOptions.Gqa.HEAD;
    listCount = perHead ? kvHeads * group : kvHeads;
    headsPerList = perHead ? 1 : group;
    if (!selects) {
      for (int l = 0; l < listCount; l++) {
        lists[l].clear();
        for (int page = firstPage; page < pages; page++) {
          lists[l].add(page);
        }
      }
    }
    if (scored && stride < pages) {
      stride = Math.max(pages, 2 * stride);
      scores = new float[kvHeads * group * stride];
      masses = new float[attention.scorer.estimatesMass() ? scores.length : 0];
    }
  }

  @Override
  public boolean selects() {
    return selects;
  }

  /** Whether they are chosen by score. */
  boolean scored() {
    return scored;
  }

  int pages() {
    return pages;
  }

  @Override
  public int lists() {
    return listCount;
  }

  @Override
  public PageList list(int l) {
    return lists[l];
  }

  @Override
  public int headsPerList() {
    return headsPerList;
  }

  int firstHead(int list) {
    return list * headsPerList;
  }

  void score(
      int layer,
      int kvHead,
      float[] q,
      int qOffset,
      int from,
      int to,
      PagedAttention.Scratch scratch) {
    PageScorer scorer = attention.scorer;
    KvCache cache = sequence.cache();
    int at = kvHead * group * stride;
    // A worker takes ranges of a KV head one after the other.
    if (!scratch.hasPrepared(this, turn, kvHead)) {
      scorer.prepare(
          cache, layer, kvHead, q, qOffset, group, attention.shape.scale(), scratch.score);
      scratch.prepared(this, turn, kvHead);
    }
    scorer.scorePrepared(
        cache,
        layer,
        kvHead,
        from,
        to,
        scores,
        at,
        stride,
        estimates ? masses : NOBODY_WANTS_THEM,
        scratch.score);
  }

  /**
   * Chooses the lists of one KV head.
   *
   * @param q its query heads' queries at {@code qOffset}
   */
  void select(int layer, int kvHead, float[] q, int qOffset, PagedAttention.Scratch scratch) {
    boolean adaptive = scored && sequence.options().adaptive();
    if (adaptive) {
      weighCurrentPage(layer, kvHead, q, qOffset, scratch);
      int at = kvHead * group * stride;
      scratch.massBudget.take(pages, scores, masses, at, stride, group, scratch.currentMasses);
    }
    if (headsPerList == 1 && group > 1) {
      for (int h = 0; h < group; h++) {
        choose(layer, kvHead * group + h, kvHead * group + h, scratch);
        if (adaptive) {
          trim(kvHead * group + h, h, 1, scratch);
        }
      }
      return;
    }
    if (scored && group > 1) {
      combine(kvHead * group * stride);
    }
    choose(layer, kvHead, kvHead * group, scratch);
    if (adaptive) {
      trim(kvHead, 0, group, scratch);
    }
  }

  private void choose(int layer, int list, int head, PagedAttention.Scratch scratch) {
    lists[list].clear();
    sequence.state().select(layer, list, pages, scores, head * stride, scratch.topK, lists[list]);
  }

  /** The current page is read whatever it holds, so its mass is at hand. */
  private void weighCurrentPage(
      int layer, int kvHead, float[] q, int qOffset, PagedAttention.Scratch scratch) {
    KvCache cache = sequence.cache();
    int pageSize = attention.pool.layout().pageSize();
    scratch.current.clear();
    scratch.current.add(pages - 1);
    DecodeStep.fill(
        scratch.run, attention.pool, cache, layer, kvHead, scratch.current, 0, 1, cache.extent());
    attention
        .kernels
        .attend()
        .scores(
            scratch.run,
            q,
            qOffset,
            group,
            attention.shape.scale(),
            scratch.attend,
            scratch.currentLogits,
            0,
            pageSize);
    for (int h = 0; h < group; h++) {
      scratch.currentMasses[h] =
          attention.kernels.score().logSumExp(scratch.currentLogits, h * pageSize, pageSize);
    }
  }

  /** Takes out of a list what the step may miss. */
  private void trim(int list, int firstHead, int heads, PagedAttention.Scratch scratch) {
    AttentionOptions how = sequence.options();
    scratch.massBudget.trim(
        lists[list], pages, firstHead, heads, how.missedMass(), how.sinkPages(), how.recentPages());
  }

  /**
   * Makes one score of a group's: the maximum of bounds, the sum of the heads' shares of log
   * masses.
   */
  private void combine(int at) {
    AttendKernels kernels = attention.kernels.attend();
    int n = pages - 1;
    if (!attention.scorer.logMass()) {
      for (int h = 1; h < group; h++) {
        kernels.maxInto(scores, at + h * stride, scores, at, n);
      }
      return;
    }
    for (int h = 0; h < group; h++) {
      int from = at + h * stride;
      float max = kernels.max(scores, from, n);
      double sum = kernels.expInPlace(scores, from, n, max);
      float share = (float) (1 / sum);
      if (h == 0) {
        for (int i = from; i < from + n; i++) {
          scores[i] *= share;
        }
      } else {
        kernels.addScaled(share, scores, from, scores, at, n);
      }
    }
  }

  void expectRanges(int kvHeads, int ranges) {
    for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
      rangesLeft.set(kvHead, ranges);
    }
  }

  /** A range of pages was scored for a KV head; returns whether it was the last. */
  boolean rangeDone(int kvHead) {
    return rangesLeft.decrementAndGet(kvHead) == 0;
  }

  void expectChunks(int list, int chunks) {
    chunksLeft.set(list, chunks);
  }

  /** A chunk of a list was attended; returns whether it was the last. */
  boolean chunkDone(int list) {
    return chunksLeft.decrementAndGet(list) == 0;
  }

  /** Keeps a query head's log-sum-exp and derives what it missed. */
  void attended(int head, float lse, int list) {
    logSumExps[head] = lse;
    if (!estimates) {
      return;
    }
    int at = head * stride;
    PageList read = lists[list];
    for (int i = 0; i < read.count(); i++) {
      masses[at + read.get(i)] = Float.NEGATIVE_INFINITY;
    }
    double unread = attention.kernels.attend().sumExp(masses, at, pages - 1, lse);
    missed[head] = Double.isInfinite(unread) ? 1 : unread / (unread + 1);
  }

  /** Counts what was read in this layer. */
  void countLayer(int layer) {
    AttentionCounters counters = sequence.counters();
    KvLayout layout = attention.pool.layout();
    LayerShape shape = layout.layers().get(layer);
    long tokenBytes = 2L * shape.headDim() * layout.type().bytes();
    long tokens = 0;
    int window = shape.window();
    int extent = sequence.cache().extent();
    for (int l = 0; l < listCount; l++) {
      int full = lists[l].count() - 1;
      tokens +=
          window > 0
              ? Math.min(window, extent)
              : (long) full * layout.pageSize() + extent - (pages - 1L) * layout.pageSize();
      if (selects) {
        counters.selection(lists[l].count(), pages, lists[l].tokens(layout.pageSize(), extent));
      }
    }
    long digests =
        scored ? (long) shape.kvHeads() * (pages - 1) * attention.pool.digestBytes(layer) : 0;
    counters.read(tokens * tokenBytes, digests);
    if (estimates) {
      for (int head = 0; head < shape.kvHeads() * group; head++) {
        counters.missed(layer, missed[head]);
      }
    }
  }

  List<PageList> selected() {
    return selects ? new ArrayList<>(Arrays.asList(lists).subList(0, listCount)) : List.of();
  }

  float[] scores(int list) {
    int at = firstHead(list) * stride;
    return scored ? Arrays.copyOfRange(scores, at, at + pages - 1) : new float[0];
  }

  @Override
  public double missed(int head) {
    return estimates ? missed[head] : Double.NaN;
  }

  @Override
  public float logSumExp(int head) {
    return logSumExps[head];
  }
}

package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.AttendKernels;
import io.github.quest4j.attention.kernel.AttendScratch;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kernel.QueryTile;
import io.github.quest4j.attention.kernel.TileScratch;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.KvPage;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.MassBudget;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.attention.select.ScoreScratch;
import io.github.quest4j.attention.select.TopK;
import io.github.quest4j.attention.work.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention over one pool of pages: opens sequences and plans steps. Holds what the steps of an
 * engine share: kernels, threads and working memory. One step at a time.
 */
public final class PagedAttention implements AutoCloseable {

  /**
   * One sequence's share of a step.
   *
   * @param tokens new tokens
   * @param prefill whether they are a piece of a prompt, which attends densely; otherwise one token
   *     that reads what the sequence's policy selects
   */
  public record Item(SequenceAttention sequence, int tokens, boolean prefill) {

    /** Checks the tokens. */
    public Item {
      if (tokens < 1 || (!prefill && tokens != 1)) {
        throw new IllegalArgumentException(
            (prefill ? "a prompt piece" : "a decode step") + " cannot have " + tokens + " tokens");
      }
    }
  }

  /** One worker's working memory. */
  static final class Scratch {
    final PageRun run = new PageRun();
    final AttendScratch attend = new AttendScratch();
    final TileScratch tile = new TileScratch();
    final QueryTile queries = new QueryTile();
    final TopK topK;
    final MassBudget massBudget;
    final PageList current = new PageList();
    final float[] currentLogits; // [group, pageSize]
    final float[] currentMasses; // [group]
    final ScoreScratch score;
    long selectNanos; // spent by this worker
    long mergeNanos; // likewise
    private float[] logSumExps = new float[0];
    private @Nullable DecodeRow preparedRow; // whose queries `score` holds
    private long preparedTurn;
    private int preparedHead;

    Scratch(ScoreScratch score, AttendKernels kernels, int maxGroup, int pageSize) {
      this.score = score;
      topK = new TopK(kernels);
      massBudget = new MassBudget(kernels);
      currentLogits = new float[maxGroup * pageSize];
      currentMasses = new float[maxGroup];
    }

    /** Whether {@code score} holds the queries of that row's KV head in that turn of its. */
    boolean hasPrepared(DecodeRow row, long turn, int kvHead) {
      return preparedRow == row && preparedTurn == turn && preparedHead == kvHead;
    }

    void prepared(DecodeRow row, long turn, int kvHead) {
      preparedRow = row;
      preparedTurn = turn;
      preparedHead = kvHead;
    }

    float[] logSumExps(int count) {
      if (logSumExps.length < count) {
        logSumExps = new float[count];
      }
      return logSumExps;
    }
  }

  final PagePool pool;
  final AttentionShape shape;
  final PageScorer scorer;
  final Kernels kernels;
  final Workers workers;
  final Scratch[] scratch; // [threads]
  final WeightTracer tracer;
  private final AttentionPlan plan;

  /**
   * Attention over the pages of a pool.
   *
   * @param scorer the one whose digests the pool keeps
   * @throws IllegalArgumentException if the query heads do not divide among the KV heads
   */
  public PagedAttention(
      PagePool pool, AttentionShape shape, PageScorer scorer, Kernels kernels, Workers workers) {
    this.pool = pool;
    this.shape = shape;
    this.scorer = scorer;
    this.kernels = kernels;
    this.workers = workers;
    KvLayout layout = pool.layout();
    int maxHeadDim = 0;
    int maxGroup = 0;
    for (LayerShape layer : layout.layers()) {
      if (shape.queryHeads() % layer.kvHeads() != 0) {
        throw new IllegalArgumentException(
            shape.queryHeads()
                + " query heads do not divide among "
                + layer.kvHeads()
                + " KV heads");
      }
      maxHeadDim = Math.max(maxHeadDim, layer.headDim());
      maxGroup = Math.max(maxGroup, shape.queryHeads() / layer.kvHeads());
    }
    scratch = new Scratch[workers.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] =
          new Scratch(
              scorer.scratch(maxHeadDim, maxGroup, layout.pageSize()),
              kernels.attend(),
              maxGroup,
              layout.pageSize());
    }
    tracer = new WeightTracer(this);
    plan = new AttentionPlan(this);
  }

  /**
   * A new, empty sequence.
   *
   * @throws IllegalArgumentException if the options do not fit the page size, or choose by another
   *     scorer than the pool's digests serve
   */
  public SequenceAttention open(AttentionOptions options) {
    return open(KvCache.open(pool), options, selector(options));
  }

  /** The policy that options name, if it can run over this pool. */
  PageSelector selector(AttentionOptions options) {
    int pageSize = pool.layout().pageSize();
    options.check(pageSize);
    if (options.scored() && !options.scorer().equals(scorer.name())) {
      throw new IllegalArgumentException(
          "these pages keep digests for scorer " + scorer.name() + ", not for " + options.scorer());
    }
    return Policies.of(options, pageSize);
  }

  /** A sequence that is read by a policy of the caller's own; {@code options} say the rest. */
  public SequenceAttention open(AttentionOptions options, PageSelector selector) {
    return open(KvCache.open(pool), options, selector);
  }

  /** A sequence that begins with pages of another one, as {@link KvCache#open(PagePool, List)}. */
  public SequenceAttention open(AttentionOptions options, List<KvPage> prefix) {
    PageSelector selector = selector(options);
    return open(KvCache.open(pool, prefix), options, selector);
  }

  SequenceAttention open(KvCache cache, AttentionOptions options, PageSelector selector) {
    List<LayerShape> layers = pool.layout().layers();
    return new SequenceAttention(
        this,
        cache,
        options,
        selector,
        selector.open(
            layers.size(),
            layers.getFirst().kvHeads(),
            shape.queryHeads(),
            pool.layout().pageSize()));
  }

  /**
   * Plans a step: leases the pages of its new tokens. The plan is this object's own and ends with
   * {@link AttentionPlan#commit} or {@link AttentionPlan#rollback}; there is one at a time.
   *
   * @param items in the order of their rows
   * @throws io.github.quest4j.attention.kv.OutOfPagesException if there is no room; all sequences
   *     are as before
   */
  public AttentionPlan plan(List<Item> items) {
    plan.begin(items);
    return plan;
  }

  @Override
  public void close() {
    // Working memory is on the heap; pages belong to the pool.
  }
}

package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.PageRun;
import io.github.quest4j.attention.kernel.QueryTile;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.work.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * The prompt pieces of a step: blocked causal attention, cut into tiles of queries that the workers
 * share.
 */
final class PrefillStep {

  // Rows of a tile, a row being one query of one head: enough that a block of keys, once unpacked,
  // is used often.
  private static final int TILE_ROWS = 96;

  // More would see many keys that the first of them must not.
  private static final int MOST_QUERIES = 48;

  private record Piece(SequenceAttention sequence, int row, int tokens) {}

  private final PagedAttention attention;
  private final List<Piece> pieces = new ArrayList<>();
  private final Workers.Task task = this::tile;
  private final WeightObserver observer;
  private int layer;
  private int kvHeads;
  private int queriesPerTile;
  private float[] q = new float[0];
  private float[] out = new float[0];
  private int qStride;
  private int outStride;
  private boolean observed; // whether somebody sees this layer's weights
  private float[] logSumExps = new float[0]; // [rows, queryHeads], where observed

  PrefillStep(PagedAttention attention) {
    this.attention = attention;
    this.observer = new WeightObserver(attention);
  }

  void clear() {
    pieces.clear();
  }

  void add(SequenceAttention sequence, int row, int tokens) {
    pieces.add(new Piece(sequence, row, tokens));
  }

  void run(int layer, float[] q, int qStride, float[] out, int outStride) {
    if (pieces.isEmpty()) {
      return;
    }
    this.layer = layer;
    this.q = q;
    this.out = out;
    this.qStride = qStride;
    this.outStride = outStride;
    kvHeads = attention.pool.layout().layers().get(layer).kvHeads();
    queriesPerTile =
        Math.clamp(TILE_ROWS / (attention.shape.queryHeads() / kvHeads), 1, MOST_QUERIES);
    int tasks = 0;
    observed = false;
    for (Piece piece : pieces) {
      tasks += tiles(piece) * kvHeads;
      observed |= observes(piece) || attention.tracer.traces(piece.sequence, layer);
    }
    Piece last = pieces.getLast();
    if (observed && logSumExps.length < (last.row + last.tokens) * attention.shape.queryHeads()) {
      logSumExps = new float[(last.row + last.tokens) * attention.shape.queryHeads()];
    }
    attention.workers.run(tasks, task);
    for (int i = 0; observed && i < pieces.size(); i++) {
      show(pieces.get(i));
    }
  }

  private boolean observes(Piece piece) {
    return attention.pool.layout().layers().get(layer).window() == 0
        && piece.sequence.state().observedRows(layer) > 0;
  }

  private void show(Piece piece) {
    if (observes(piece)) {
      int rows = Math.min(piece.tokens, piece.sequence.state().observedRows(layer));
      int first = piece.tokens - rows;
      observer.showPrompt(
          piece.sequence,
          layer,
          piece.sequence.cache().length() + first,
          rows,
          q,
          (piece.row + first) * qStride,
          qStride,
          logSumExps,
          (piece.row + first) * attention.shape.queryHeads());
    }
    if (attention.tracer.traces(piece.sequence, layer)) {
      int last = piece.row + piece.tokens - 1;
      int heads = attention.shape.queryHeads();
      attention.tracer.showPrompt(
          piece.sequence, layer, q, last * qStride, logSumExps, last * heads);
    }
  }

  private int tiles(Piece piece) {
    return Math.ceilDiv(piece.tokens, queriesPerTile);
  }

  private void tile(int index, int worker) {
    int at = index;
    int which = 0;
    while (at >= tiles(pieces.get(which)) * kvHeads) {
      at -= tiles(pieces.get(which)) * kvHeads;
      which++;
    }
    Piece piece = pieces.get(which);
    // Late tiles see the most keys: begun first, none of them is what all wait for.
    int tile = tiles(piece) - 1 - at / kvHeads;
    int kvHead = at % kvHeads;
    KvCache cache = piece.sequence.cache();
    LayerShape shape = attention.pool.layout().layers().get(layer);
    int group = attention.shape.queryHeads() / kvHeads;
    int first = tile * queriesPerTile;
    int queries = Math.min(queriesPerTile, piece.tokens - first);
    int position = cache.length() + first;
    PagedAttention.Scratch scratch = attention.scratch[worker];
    int firstSeen = shape.window() == 0 ? 0 : Math.max(0, position - shape.window() + 1);
    int firstPage = firstSeen / attention.pool.layout().pageSize();
    fill(scratch.run, attention.pool, cache, layer, kvHead, firstPage, position + queries);
    int channels = kvHead * group * shape.headDim();
    QueryTile rows = scratch.queries;
    rows.shape(queries, group, position, shape.window(), attention.shape.scale());
    rows.queries(q, (piece.row + first) * qStride + channels, qStride);
    rows.results(out, (piece.row + first) * outStride + channels, outStride);
    if (observed) {
      int heads = attention.shape.queryHeads();
      rows.logSumExps(logSumExps, (piece.row + first) * heads + kvHead * group, heads);
    } else {
      rows.logSumExps(scratch.logSumExps(queries * group), 0, group);
    }
    attention
        .kernels
        .attend()
        .attendTile(
            scratch.run, firstPage * attention.pool.layout().pageSize(), rows, scratch.tile);
  }

  /** Fills a run with the pages that hold the tokens from a page on up to a token. */
  static void fill(
      PageRun run,
      PagePool pool,
      KvCache cache,
      int layer,
      int kvHead,
      int firstPage,
      int toToken) {
    KvLayout layout = pool.layout();
    int pageSize = layout.pageSize();
    run.reset(layout.type(), layout.layers().get(layer).headDim(), pageSize);
    int group = pool.group(layer);
    for (int logical = firstPage; logical * pageSize < toToken; logical++) {
      int page = cache.page(layer, logical);
      run.add(
          pool.slab(group, page),
          pool.keyOffset(layer, page, kvHead),
          pool.valueOffset(layer, page, kvHead));
    }
    run.limit(0, toToken - firstPage * pageSize);
  }
}

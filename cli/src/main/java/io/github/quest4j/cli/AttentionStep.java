package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.AttentionPlan;
import io.github.quest4j.attention.AttentionShape;
import io.github.quest4j.attention.PagedAttention;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.attention.select.QuestSelector;
import io.github.quest4j.attention.select.TopK;
import io.github.quest4j.attention.work.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One decode step on given arrays: the keys go through the page pool, digests and kernels that
 * decoding uses, and the query attends sparse and dense.
 *
 * @param q {@code [heads, headDim]}
 * @param k {@code [tokens, kvHeads, headDim]}
 * @param v {@code [tokens, kvHeads, headDim]}
 */
record AttentionStep(NpyArray q, NpyArray k, NpyArray v) {

  private static final long MEMORY = 16L << 30;

  /**
   * What the step read and gave.
   *
   * @param selected pages of each list
   * @param scores of each list, of the pages before the current one
   * @param output {@code [heads][headDim]}
   * @param lse log-sum-exp of the scaled scores over the pages read, per head
   */
  record Result(
      int pages,
      List<int[]> selected,
      List<float[]> scores,
      float[][] output,
      float[] lse,
      float[][] denseOutput,
      double maxError) {

    Map<String, Object> report() {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("pages", pages);
      report.put("selected", selected);
      report.put("scores", scores);
      report.put("output", output);
      report.put("lse", lse);
      report.put("dense_output", denseOutput);
      report.put("max_error", maxError);
      return report;
    }

    String summary() {
      double mean = selected.stream().mapToInt(list -> list.length).average().orElse(0);
      return String.format(
          Locale.ROOT,
          "%.1f of %d pages read per list, largest difference from dense %.3g (--json shows all)",
          mean,
          pages,
          maxError);
    }
  }

  /**
   * Quest's selection that also scores where all pages fit the budget, so that there are scores to
   * show.
   */
  private record AlwaysScored(QuestSelector quest) implements PageSelector, PageSelector.State {

    AlwaysScored(int pageBudget, int sinkPages) {
      this(new QuestSelector(pageBudget, 0, sinkPages, 0, false));
    }

    @Override
    public String name() {
      return quest.name();
    }

    @Override
    public boolean needsScores() {
      return true;
    }

    @Override
    public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
      return this;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return true;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      if (pages > quest.pageBudget()) {
        quest.select(layer, list, pages, scores, offset, topK, out);
      } else {
        for (int page = 0; page < pages; page++) {
          out.add(page);
        }
      }
    }

    @Override
    public State fork() {
      return this;
    }
  }

  static AttentionStep of(NpyArray q, NpyArray k, NpyArray v) {
    if (!Arrays.equals(k.shape(), v.shape())) {
      throw new IllegalArgumentException(
          "keys and values have different shapes: "
              + Arrays.toString(k.shape())
              + " and "
              + Arrays.toString(v.shape()));
    }
    if (q.shape()[1] != k.shape()[2]) {
      throw new IllegalArgumentException(
          "the query has head dim " + q.shape()[1] + ", the keys have " + k.shape()[2]);
    }
    if (q.shape()[0] % k.shape()[1] != 0) {
      throw new IllegalArgumentException(
          q.shape()[0] + " query heads do not divide among " + k.shape()[1] + " KV heads");
    }
    return new AttentionStep(q, k, v);
  }

  Result run(AttentionOptions options, int pageSize, KvType type, int threads) {
    int heads = q.shape()[0];
    int headDim = q.shape()[1];
    int tokens = k.shape()[0];
    int kvHeads = k.shape()[1];
    PageScorer scorer = PageScorer.of(options.scorer());
    KvLayout layout =
        new KvLayout(pageSize, type, List.of(new LayerShape(kvHeads, headDim, 0)), scorer.digest());
    AttentionShape shape = new AttentionShape(heads, (float) (1 / Math.sqrt(headDim)));
    try (Workers workers = Workers.of(threads);
        PagePool pool = PagePool.open(layout, MemoryLimit.of(MEMORY));
        PagedAttention attention =
            new PagedAttention(pool, shape, scorer, Kernels.best(), workers);
        SequenceAttention sequence =
            attention.open(
                options, new AlwaysScored(options.tokenBudget() / pageSize, options.sinkPages()))) {
      int row = kvHeads * headDim;
      if (tokens > 1) {
        sequence.cache().extend(tokens - 1);
        sequence.cache().append(0, k.data(), 0, v.data(), 0, row, tokens - 1, workers);
        sequence.cache().commit();
      }
      float[] key = Arrays.copyOfRange(k.data(), (tokens - 1) * row, tokens * row);
      float[] value = Arrays.copyOfRange(v.data(), (tokens - 1) * row, tokens * row);
      try (SequenceAttention dense = sequence.fork(options.withPolicy(AttentionOptions.DENSE))) {
        float[] exact = new float[heads * headDim];
        AttentionPlan plan = attention.plan(List.of(new PagedAttention.Item(dense, 1, false)));
        plan.run(0, q.data(), exact.length, key, value, row, exact, exact.length);
        plan.commit();

        float[] out = new float[heads * headDim];
        plan = attention.plan(List.of(new PagedAttention.Item(sequence, 1, false)));
        plan.run(0, q.data(), out.length, key, value, row, out, out.length);
        Result result = result(plan, options, out, exact, Math.ceilDiv(tokens, pageSize));
        plan.commit();
        return result;
      }
    }
  }

  private Result result(
      AttentionPlan plan, AttentionOptions options, float[] out, float[] exact, int pages) {
    int heads = q.shape()[0];
    int kvHeads = k.shape()[1];
    List<int[]> selected = new ArrayList<>();
    List<float[]> scores = new ArrayList<>();
    int lists = options.gqa() == AttentionOptions.Gqa.HEAD ? heads : kvHeads;
    for (int list = 0; list < lists; list++) {
      selected.add(plan.selected(0).get(list).toArray());
      scores.add(plan.scores(0, list));
    }
    float[] lse = new float[heads];
    double maxError = 0;
    for (int head = 0; head < heads; head++) {
      lse[head] = plan.logSumExp(0, head);
    }
    for (int i = 0; i < out.length; i++) {
      maxError = Math.max(maxError, Math.abs((double) out[i] - exact[i]));
    }
    return new Result(pages, selected, scores, rows(out, heads), lse, rows(exact, heads), maxError);
  }

  private static float[][] rows(float[] data, int rows) {
    float[][] result = new float[rows][];
    int length = data.length / rows;
    for (int row = 0; row < rows; row++) {
      result[row] = Arrays.copyOfRange(data, row * length, (row + 1) * length);
    }
    return result;
  }
}

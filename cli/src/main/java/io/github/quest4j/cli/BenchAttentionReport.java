package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.LayerResult;
import io.github.quest4j.benchmarks.LayerSetup;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How {@code quest bench attention} shows a result: as JSON, as a text and as a line of a table.
 */
final class BenchAttentionReport {

  static final String HEADING =
      String.format(
          Locale.ROOT,
          "%8s %10s %10s %9s %9s %9s %8s %8s %11s %11s %8s %7s",
          "context",
          "dense us",
          "quest us",
          "score",
          "select",
          "attend",
          "merge",
          "times",
          "dense GB/s",
          "quest GB/s",
          "machine",
          "copies");

  private BenchAttentionReport() {}

  static Map<String, Object> json(LayerResult result) {
    LayerSetup setup = result.setup();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("context", setup.context());
    json.put("heads", setup.heads());
    json.put("kv_heads", setup.shape().kvHeads());
    json.put("head_dim", setup.shape().headDim());
    json.put("token_budget", setup.quest().tokenBudget());
    json.put("scorer", setup.quest().scorer());
    json.put("gqa", setup.quest().gqa().label());
    json.put("page_size", setup.pageSize());
    json.put("kv_type", setup.kvType().label());
    json.put("threads", setup.threads());
    json.put("dense_us", result.dense().median());
    json.put("quest_us", result.quest().median());
    json.put("score_us", result.score());
    json.put("select_us", result.select());
    json.put("attend_us", result.attend());
    json.put("merge_us", result.merge());
    json.put("speedup", result.speedup().median());
    json.put("read_gb_s", result.bandwidth() / 1e9);
    json.put("dense_gb_s", result.denseRate() / 1e9);
    json.put("quest_gb_s", result.questRate() / 1e9);
    Map<String, Object> ranges = new LinkedHashMap<>();
    ranges.put("dense_us", BenchMixin.json(result.dense()));
    ranges.put("quest_us", BenchMixin.json(result.quest()));
    ranges.put("speedup", BenchMixin.json(result.speedup()));
    json.put("ranges", ranges);
    Map<String, Object> bytes = new LinkedHashMap<>();
    bytes.put("dense_pages", Math.round(result.denseBytes()));
    bytes.put("quest_pages", Math.round(result.questBytes()));
    bytes.put("quest_digests", Math.round(result.digestBytes()));
    json.put("bytes", bytes);
    json.put("selections", result.selections());
    json.put("copies", result.copies());
    json.put("working_set_bytes", result.workingSet());
    json.put("warm_up_settled", result.settled());
    return json;
  }

  static String line(LayerResult result) {
    return String.format(
        Locale.ROOT,
        "%8d %10.1f %10.1f %9.1f %9.1f %9.1f %8.1f %8.2f %11.1f %11.1f %8.1f %7d",
        result.setup().context(),
        result.dense().median(),
        result.quest().median(),
        result.score(),
        result.select(),
        result.attend(),
        result.merge(),
        result.speedup().median(),
        result.denseRate() / 1e9,
        result.questRate() / 1e9,
        result.bandwidth() / 1e9,
        result.copies());
  }

  static String text(LayerResult result) {
    String cache =
        result.cacheBytes().isPresent()
            ? ", largest cache " + (result.cacheBytes().getAsLong() >> 20) + " MiB"
            : "";
    String text =
        String.format(
            Locale.ROOT,
            """
            %d copies of the layer took turns, %d MiB of keys and values%s
            dense    %s us, %.1f MB at %.1f GB/s, %.0f %% of the %.1f GB/s that this machine reads
            quest    %s us, %.1f MB of pages and %.1f MB of digests at %.1f GB/s
                     score %.1f us, select %.1f us, attend %.1f us, merge %.1f us
            quest is %s times as fast\
            """,
            result.copies(),
            result.workingSet() >> 20,
            cache,
            BenchMixin.text(result.dense()),
            result.denseBytes() / 1e6,
            result.denseRate() / 1e9,
            100 * result.denseRate() / result.bandwidth(),
            result.bandwidth() / 1e9,
            BenchMixin.text(result.quest()),
            result.questBytes() / 1e6,
            result.digestBytes() / 1e6,
            result.questRate() / 1e9,
            result.score(),
            result.select(),
            result.attend(),
            result.merge(),
            BenchMixin.text(result.speedup()));
    return result.selections() > 0
        ? text
        : text
            + "\nnothing was sparse: all pages fit the budget of "
            + result.setup().quest().tokenBudget()
            + " tokens";
  }
}

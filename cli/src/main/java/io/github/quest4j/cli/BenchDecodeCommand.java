package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.benchmarks.ModelBench;
import io.github.quest4j.benchmarks.Spread;
import io.github.quest4j.engine.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest bench decode}: speed of decode steps behind a depth. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = "Measures decode steps behind a cache filled with seeded keys and values.",
    footer = {
      "",
      "With several policies (--attention dense,quest) they take turns, and each is set against the first.",
      "",
      "Examples:",
      "  quest bench decode --depth 7500 --attention dense,quest",
      "  quest bench decode --batch 16",
      "  quest bench decode -m ./model.gguf --depth 4096 --token-budget 512 --threads 1 --json",
      "  quest bench decode --shape llama2-7b --layers 8 --depth 32768 --token-budget 2048 --attention dense,quest"
    })
final class BenchDecodeCommand implements Callable<Integer> {

  @Mixin BenchModelMixin model = new BenchModelMixin();
  @Mixin AttentionMixin attention = AttentionMixin.several();
  @Mixin BenchMixin bench = new BenchMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "tokens in the cache before those that are measured (default: ${DEFAULT-VALUE})")
  int depth;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "decode steps of a repetition (default: ${DEFAULT-VALUE})")
  int tokens;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "sequences that take each step together; tokens per second are those of all (default: ${DEFAULT-VALUE})")
  int batch;

  @Option(names = "--cold", description = "also show the very first repetition")
  boolean cold;

  @Override
  public Integer call() {
    var schedule = bench.schedule();
    try (Engine engine = model.open(attention, depth + (long) tokens * batch, bench.seed, common);
        BenchProgress progress = new BenchProgress(common)) {
      common.note(engine.describe());
      List<AttentionOptions> ways = attention.alternatives(engine.options().attention());
      try (ModelBench at = ModelBench.open(engine, depth, tokens, bench.seed, progress)) {
        List<ModelBench.Decode> results = at.decode(ways, tokens, batch, schedule, progress);
        progress.end();
        if (results.size() > 1) {
          results.forEach(this::requireSelections);
        }
        BenchMixin.noteUnlessSettled(results.getFirst().speed().settled(), common);
        if (common.json) {
          Json.print(report(engine, results));
        } else {
          print(results);
        }
      }
    }
    return ExitCodes.OK;
  }

  /** Comparing dense with dense would tell nothing. */
  private void requireSelections(ModelBench.Decode result) {
    if (result.attention().sparse() && result.selections() == 0) {
      throw new IllegalArgumentException(
          "there is nothing to compare, since %s chose no pages: at depth %d all fit the budget of %d tokens or all layers are dense; raise --depth or lower --token-budget"
              .formatted(result.attention().policy(), depth, result.attention().tokenBudget()));
    }
  }

  private Object report(Engine engine, List<ModelBench.Decode> results) {
    if (results.size() == 1) {
      return report(engine, results.getFirst());
    }
    ModelBench.Decode first = results.getFirst();
    List<Map<String, Object>> runs = new ArrayList<>();
    runs.add(report(engine, first));
    for (ModelBench.Decode other : results.subList(1, results.size())) {
      Map<String, Object> report = report(engine, other);
      Map<String, Object> ratio = new LinkedHashMap<>();
      ratio.put("to", first.attention().policy());
      ratio.putAll(BenchMixin.json(other.speed().over(first.speed())));
      report.put("ratio", ratio);
      runs.add(report);
    }
    return Map.of("runs", runs);
  }

  private Map<String, Object> report(Engine engine, ModelBench.Decode result) {
    Map<String, Object> report = new LinkedHashMap<>();
    AttentionOptions how = result.attention();
    report.put("model", engine.name());
    report.put("threads", engine.options().threads());
    report.put("depth", depth);
    report.put("tokens", tokens);
    report.put("batch", batch);
    report.put("attention", how.policy());
    report.put("token_budget", how.tokenBudget());
    report.put("scorer", how.scorer());
    report.put("gqa", how.gqa().label());
    report.put("page_size", engine.options().pageSize());
    report.put("kv_type", engine.options().kvType().label());
    report.put("tok_s", BenchMixin.json(result.speed().spread()));
    if (cold) {
      report.put("cold_tok_s", result.speed().cold());
    }
    report.put("warm_up_settled", result.speed().settled());
    Map<String, Object> bytes = new LinkedHashMap<>();
    bytes.put("weights", result.bytes().weights());
    bytes.put("digests", Math.round(result.bytes().digests()));
    bytes.put("pages", Math.round(result.bytes().pages()));
    report.put("bytes_per_token", bytes);
    report.put("selections", result.selections());
    return report;
  }

  private void print(List<ModelBench.Decode> results) {
    ModelBench.Decode first = results.getFirst();
    print(first);
    for (ModelBench.Decode other : results.subList(1, results.size())) {
      print(other);
      Spread ratio = other.speed().over(first.speed());
      System.out.println(
          "  " + BenchMixin.text(ratio) + " times as fast as " + first.attention().policy());
    }
  }

  private void print(ModelBench.Decode result) {
    AttentionOptions how = result.attention();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-20s %s tokens/s, %.1f MB per token: weights %.1f, digests %.1f, pages %.1f",
            how.sparse() ? how.policy() + ", budget " + how.tokenBudget() : how.policy(),
            BenchMixin.text(result.speed().spread()),
            result.bytes().total() / 1e6,
            result.bytes().weights() / 1e6,
            result.bytes().digests() / 1e6,
            result.bytes().pages() / 1e6));
    if (cold) {
      System.out.println(
          String.format(Locale.ROOT, "%-20s %.1f tokens/s", "  cold", result.speed().cold()));
    }
    if (how.sparse() && result.selections() == 0) {
      System.out.println("  nothing was sparse: all pages fit the budget");
    }
  }
}

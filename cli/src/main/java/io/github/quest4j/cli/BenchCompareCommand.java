package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.benchmarks.PeerBench;
import io.github.quest4j.benchmarks.PeerBench.Row;
import io.github.quest4j.benchmarks.PeerBench.Work;
import io.github.quest4j.benchmarks.Spread;
import io.github.quest4j.engine.EngineOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest bench compare}: this engine and llama.cpp in turn. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Measures this engine and llama.cpp in turn, on the same file.",
    footer = {
      "",
      "The ratio is this engine's speed divided by llama.cpp's, of each pair of repetitions: its median and range.",
      "llama-bench fills its cache anew in each repetition, so that depths take their time.",
      "",
      "Example:",
      "  quest bench compare --llama-bench llama.cpp/build/bin/llama-bench -m ./model.gguf --threads 1,2 --depths 0,4096"
    })
final class BenchCompareCommand implements Callable<Integer> {

  @Mixin ModelNameMixin name = new ModelNameMixin();
  @Mixin CacheMixin cache = new CacheMixin();
  @Mixin SelectionMixin selection = new SelectionMixin();
  @Mixin BenchMixin bench = new BenchMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--llama-bench",
      paramLabel = "PATH",
      required = true,
      description = "llama.cpp's llama-bench")
  Path program = Path.of("");

  @Option(
      names = "--threads",
      paramLabel = "N,N",
      split = ",",
      description = "threads that compute (default: all cores)")
  List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--depths",
      paramLabel = "N,N",
      split = ",",
      defaultValue = "0",
      description = "tokens in the cache before what is measured (default: ${DEFAULT-VALUE})")
  List<Integer> depths = List.of();

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "512",
      description = "tokens of the prompt; 0: no prefill (default: ${DEFAULT-VALUE})")
  int prompt;

  @Option(
      names = "--generate",
      paramLabel = "N",
      defaultValue = "32",
      description = "decode steps of a repetition; 0: no decode (default: ${DEFAULT-VALUE})")
  int generate;

  @Override
  public Integer call() {
    options(); // checked before anything is fetched
    Path path = name.path(common);
    selection.noteUnmeasured(name.model, name.known(), common);
    EngineOptions options = options();
    PeerBench peers =
        new PeerBench(
            new PeerBench.Setup(
                program, path, options, threads, depths, prompt, generate, bench.seed));
    List<Row> rows = new ArrayList<>();
    if (!common.json) {
      System.out.println(
          String.format(
              Locale.ROOT,
              "%-18s %7s %7s  %-28s %-28s %s",
              "tokens/s",
              "threads",
              "depth",
              "llama.cpp",
              "quest4j",
              "ratio"));
    }
    try (BenchProgress progress = new BenchProgress(common)) {
      peers.run(
          bench.schedule(),
          progress,
          row -> {
            progress.end();
            rows.add(row);
            if (!common.json) {
              print(row, options.attention());
            }
          });
    }
    BenchMixin.noteUnlessSettled(rows.stream().allMatch(Row::settled), common);
    if (common.json) {
      Json.print(report(rows, options));
    }
    return ExitCodes.OK;
  }

  /** What was typed, the model's defaults for the rest. */
  private EngineOptions options() {
    EngineOptions defaults = name.defaults();
    return cache.options(defaults, selection.over(defaults.attention()));
  }

  private void print(Row row, AttentionOptions quest) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-18s %7d %7d  %-28s %-28s %s",
            switch (row.work()) {
              case PREFILL -> "prefill " + prompt;
              case DENSE_DECODE -> "decode, dense";
              case QUEST_DECODE -> "decode, quest " + quest.tokenBudget();
            },
            row.threads(),
            row.depth(),
            BenchMixin.text(Spread.of(row.peer())),
            BenchMixin.text(Spread.of(row.ours())),
            BenchMixin.text(row.ratio())));
  }

  private Map<String, Object> report(List<Row> rows, EngineOptions options) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("work", row.work() == Work.PREFILL ? "prefill" : "decode");
      line.put("attention", row.work() == Work.QUEST_DECODE ? "quest" : "dense");
      line.put("threads", row.threads());
      line.put("depth", row.depth());
      line.put("llama_tok_s", BenchMixin.json(Spread.of(row.peer())));
      line.put("tok_s", BenchMixin.json(Spread.of(row.ours())));
      line.put("ratio", BenchMixin.json(row.ratio()));
      line.put("warm_up_settled", row.settled());
      lines.add(line);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("model", name.model);
    report.put("prompt", prompt);
    report.put("generate", generate);
    report.put("token_budget", options.attention().tokenBudget());
    report.put("scorer", options.attention().scorer());
    report.put("gqa", options.attention().gqa().label());
    report.put("page_size", options.pageSize());
    report.put("kv_type", options.kvType().label());
    report.put("rows", lines);
    return report;
  }
}

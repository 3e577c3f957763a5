package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.ModelBench;
import io.github.quest4j.benchmarks.Speed;
import io.github.quest4j.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest bench prefill}: speed of reading a prompt behind a depth. */
@Command(
    name = "prefill",
    mixinStandardHelpOptions = true,
    description = "Measures reading a prompt behind a cache filled with seeded keys and values.",
    footer = {
      "",
      "Examples:",
      "  quest bench prefill --tokens 512",
      "  quest bench prefill -m ./model.gguf --tokens 512 --depth 4096 --threads 1 --json"
    })
final class BenchPrefillCommand implements Callable<Integer> {

  @Mixin BenchModelMixin model = new BenchModelMixin();
  @Mixin AttentionMixin attention = new AttentionMixin();
  @Mixin BenchMixin bench = new BenchMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "0",
      description = "tokens in the cache before the prompt (default: ${DEFAULT-VALUE})")
  int depth;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "tokens of the prompt (default: ${DEFAULT-VALUE})")
  int tokens;

  @Option(names = "--cold", description = "also show the very first repetition")
  boolean cold;

  @Override
  public Integer call() {
    var schedule = bench.schedule();
    try (Engine engine = model.open(attention, (long) depth + tokens, bench.seed, common);
        BenchProgress progress = new BenchProgress(common)) {
      common.note(engine.describe());
      try (ModelBench at = ModelBench.open(engine, depth, tokens, bench.seed, progress)) {
        Speed speed = at.prefill(tokens, schedule, progress);
        progress.end();
        BenchMixin.noteUnlessSettled(speed.settled(), common);
        if (common.json) {
          Json.print(report(engine, speed));
        } else {
          System.out.println(
              "prefill of "
                  + tokens
                  + " at depth "
                  + depth
                  + ": "
                  + BenchMixin.text(speed.spread())
                  + " tokens/s");
          if (cold) {
            System.out.println(String.format(Locale.ROOT, "cold: %.1f tokens/s", speed.cold()));
          }
        }
      }
    }
    return ExitCodes.OK;
  }

  private Map<String, Object> report(Engine engine, Speed speed) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("model", engine.name());
    report.put("threads", engine.options().threads());
    report.put("tokens", tokens);
    report.put("depth", depth);
    report.put("scorer", engine.options().attention().scorer());
    report.put("page_size", engine.options().pageSize());
    report.put("kv_type", engine.options().kvType().label());
    report.put("tok_s", BenchMixin.json(speed.spread()));
    if (cold) {
      report.put("cold_tok_s", speed.cold());
    }
    report.put("warm_up_settled", speed.settled());
    return report;
  }
}

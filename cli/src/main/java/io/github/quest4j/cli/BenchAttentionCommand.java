package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.benchmarks.LayerBench;
import io.github.quest4j.benchmarks.LayerResult;
import io.github.quest4j.benchmarks.LayerSetup;
import io.github.quest4j.benchmarks.SweepPlot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest bench attention}: one layer's decode attention, dense and Quest in turn. */
@Command(
    name = "attention",
    mixinStandardHelpOptions = true,
    description = "Measures one layer's decode attention on seeded data, dense and Quest in turn.",
    footer = {
      "",
      "Copies of the layer take turns, so that a short context does not stay in the processor's caches.",
      "There is no model here and so no defaults of one: the general ones count.",
      "",
      "Examples:",
      "  quest bench attention --context 32768 --token-budget 2048 --scorer minmax --sink-pages 0",
      "  quest bench attention --heads 14 --kv-heads 2 --head-dim 64 --sweep --plot attention.png"
    })
final class BenchAttentionCommand implements Callable<Integer> {

  private static final int SWEEP_FROM = 1 << 10;
  private static final int SWEEP_TO = 1 << 17;
  private static final long MIB = 1 << 20;

  @Mixin SelectionMixin selection = new SelectionMixin();
  @Mixin BenchMixin bench = new BenchMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "32768",
      description = "tokens attended to (default: ${DEFAULT-VALUE})")
  int context;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "32",
      description = "query heads (default: ${DEFAULT-VALUE})")
  int heads;

  @Option(
      names = "--kv-heads",
      paramLabel = "N",
      description = "KV heads (default: as many as query heads)")
  int kvHeads;

  @Option(
      names = "--head-dim",
      paramLabel = "N",
      defaultValue = "128",
      description = "channels of a head (default: ${DEFAULT-VALUE})")
  int headDim;

  @Option(
      names = "--page-size",
      paramLabel = "N",
      defaultValue = "16",
      description = "tokens in a page (default: ${DEFAULT-VALUE})")
  int pageSize;

  @Option(
      names = "--kv-type",
      paramLabel = "T",
      defaultValue = "f16",
      description = "element type of keys and values: f16 or f32 (default: ${DEFAULT-VALUE})")
  String kvType = "f16";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute (default: all cores)")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--working-set",
      paramLabel = "MIB",
      description =
          "keys and values that the copies of the layer hold at least (default: four times the largest cache, 256 at least)")
  long workingSet;

  @Option(
      names = "--sweep",
      description = "contexts from 1,024 to 131,072 instead of one (--context is not read)")
  boolean sweep;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "with --sweep: also draw the results")
  @Nullable Path plot;

  @Override
  public Integer call() {
    if (plot != null && !sweep) {
      throw new UsageException("--plot draws a --sweep: give both");
    }
    LayerSetup setup =
        new LayerSetup(
            sweep ? SWEEP_FROM : context,
            heads,
            new LayerShape(kvHeads == 0 ? heads : kvHeads, headDim, 0),
            pageSize,
            KvType.of(kvType),
            selection.over(AttentionOptions.defaults()),
            threads,
            workingSet == 0 ? LayerSetup.defaultWorkingSet() : Math.multiplyExact(workingSet, MIB),
            bench.seed);
    selection.noteUnmeasured("a layer of seeded data", Optional.empty(), common);
    if (sweep && !common.json) {
      System.out.println(BenchAttentionReport.HEADING);
    }
    List<LayerResult> results = new ArrayList<>();
    for (int tokens = setup.context(); tokens <= (sweep ? SWEEP_TO : context); tokens *= 2) {
      results.add(measure(setup.withContext(tokens)));
    }
    BenchMixin.noteUnlessSettled(results.stream().allMatch(LayerResult::settled), common);
    if (plot != null) {
      SweepPlot.write(plot, results);
    }
    if (common.json) {
      List<Map<String, Object>> reports = results.stream().map(BenchAttentionReport::json).toList();
      Json.print(sweep ? reports : reports.getFirst());
    }
    return ExitCodes.OK;
  }

  private LayerResult measure(LayerSetup setup) {
    LayerResult result;
    try (BenchProgress progress = new BenchProgress(common)) {
      result = LayerBench.run(setup, bench.schedule(), progress);
    }
    if (!common.json) {
      System.out.println(
          sweep ? BenchAttentionReport.line(result) : BenchAttentionReport.text(result));
    }
    return result;
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest attention}: the paper's step on given arrays. */
@Command(
    name = "attention",
    mixinStandardHelpOptions = true,
    description =
        "Runs one decode step of sparse attention on given arrays, through the pages and kernels that decoding uses.",
    footer = {
      "",
      "q is [heads, head_dim], k and v are [tokens, kv_heads, head_dim], float32 .npy files. The current page is always read and",
      "never scored, so a list has one score fewer than there are pages.",
      "",
      "Examples:",
      "  quest attention --query q.npy --keys k.npy --values v.npy --token-budget 256 --json",
      "  quest attention --query q.npy --keys k.npy --values v.npy --scorer sketch --gqa group --sink-pages 1 --json"
    })
final class AttentionCommand implements Callable<Integer> {

  @Option(
      names = "--query",
      paramLabel = "FILE",
      required = true,
      description = "q, [heads, head_dim]")
  Path query = Path.of("");

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      required = true,
      description = "k, [tokens, kv_heads, head_dim]")
  Path keys = Path.of("");

  @Option(
      names = "--values",
      paramLabel = "FILE",
      required = true,
      description = "v, [tokens, kv_heads, head_dim]")
  Path values = Path.of("");

  @Option(
      names = "--page-size",
      paramLabel = "N",
      defaultValue = "16",
      description = "tokens in a page (default: ${DEFAULT-VALUE})")
  int pageSize;

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "1024",
      description = "tokens read (default: ${DEFAULT-VALUE})")
  int tokenBudget;

  @Option(
      names = "--scorer",
      paramLabel = "S",
      defaultValue = "minmax",
      description =
          "minmax (the paper), minmax8 (its bound in half the bytes), sketch, meanstd or oracle (default: ${DEFAULT-VALUE})")
  String scorer = "minmax";

  @Option(
      names = "--sink-pages",
      paramLabel = "N",
      defaultValue = "0",
      description = "first pages that are always read (default: ${DEFAULT-VALUE})")
  int sinkPages;

  @Option(
      names = "--gqa",
      paramLabel = "MODE",
      defaultValue = "group",
      description =
          "group: query heads of a KV head read one list; head: each its own (default: ${DEFAULT-VALUE})")
  String gqa = "group";

  @Option(
      names = "--kv-type",
      paramLabel = "T",
      defaultValue = "f32",
      description = "element type of keys and values: f32 or f16 (default: ${DEFAULT-VALUE})")
  String kvType = "f32";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute (default: all cores)")
  int threads = Runtime.getRuntime().availableProcessors();

  @Mixin CommonMixin common = new CommonMixin();

  @Override
  public Integer call() throws Exception {
    AttentionOptions options =
        AttentionOptions.defaults()
            .withScorer(scorer)
            .withTokenBudget(tokenBudget)
            .withDenseLayers(0)
            .withSinkPages(sinkPages)
            .withGqa(AttentionOptions.Gqa.of(gqa));
    options.check(pageSize);
    AttentionStep step =
        AttentionStep.of(
            NpyArray.read(query, 2, "[heads, head_dim]"),
            NpyArray.read(keys, 3, "[tokens, kv_heads, head_dim]"),
            NpyArray.read(values, 3, "[tokens, kv_heads, head_dim]"));
    AttentionStep.Result result = step.run(options, pageSize, KvType.of(kvType), threads);
    if (common.json) {
      Json.print(result.report());
    } else {
      System.out.println(result.summary());
    }
    return ExitCodes.OK;
  }
}

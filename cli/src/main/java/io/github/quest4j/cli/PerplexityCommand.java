package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Perplexity;
import io.github.quest4j.engine.Sequence;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest perplexity}: how well the model predicts a text. */
@Command(
    name = "perplexity",
    mixinStandardHelpOptions = true,
    description = "Measures how well a model predicts a text (lower is better).",
    footer = {
      "",
      "Without --sparse the text is cut into chunks, each read dense from an empty cache; predictions made in its second half count.",
      "With --sparse the first --skip tokens are read dense and the next --tokens are fed one by one through the sparse path.",
      "",
      "Examples:",
      "  quest perplexity -f book.txt --context 2048 --chunks 4",
      "  quest perplexity -f book.txt --sparse --skip 3072 --tokens 512 --token-budget 512"
    })
final class PerplexityCommand implements Callable<Integer> {

  @Mixin ModelMixin model = new ModelMixin();
  @Mixin AttentionMixin attention = new AttentionMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description = "the text, in UTF-8")
  Path file = Path.of("");

  @Option(
      names = "--chunks",
      paramLabel = "N",
      defaultValue = "16",
      description = "chunks at most (default: ${DEFAULT-VALUE})")
  int chunks;

  @Option(names = "--sparse", description = "feed tokens one by one through the sparse path")
  boolean sparse;

  @Option(
      names = "--skip",
      paramLabel = "N",
      defaultValue = "3072",
      description = "with --sparse: tokens read dense before (default: ${DEFAULT-VALUE})")
  int skip;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "with --sparse: tokens fed one by one (default: ${DEFAULT-VALUE})")
  int tokens;

  @Override
  public Integer call() throws Exception {
    String text = InputMixin.readFile(file);
    try (Engine engine = model.open(attention, common);
        ProgressLine progress =
            new ProgressLine("Perplexity", sparse ? "tokens" : "chunks", common)) {
      common.note(engine.describe());
      int[] ids = engine.tokenizer().encode(text, true, false);
      Map<String, Object> report = new LinkedHashMap<>();
      Perplexity result;
      if (sparse) {
        try (Sequence sequence = engine.sequence(engine.options().attention())) {
          result =
              Perplexity.tokenByToken(
                  sequence, ids, skip, tokens, (done, value) -> progress.update(done, tokens));
          report.put("perplexity", result.perplexity());
          report.put("predictions", result.predictions());
          report.put("attention", RunReport.attention(engine, engine.options().attention()));
          long selections = sequence.attention().counters().selections();
          report.put("selections", selections);
          if (selections == 0) {
            common.note("nothing was sparse: every step read all pages");
          }
          report.put(
              "pages_selected_mean", sequence.attention().counters().pagesSelectedMean().orElse(0));
          sequence
              .attention()
              .counters()
              .missedMassMean()
              .ifPresent(mean -> report.put("missed_mass_mean", mean));
        }
      } else {
        int context = model.context == 0 ? Math.min(512, engine.context()) : model.context;
        int total = Math.min(chunks, ids.length / context);
        result =
            Perplexity.overChunks(
                engine, ids, context, chunks, (done, value) -> progress.update(done, total));
        report.put("perplexity", result.perplexity());
        report.put("predictions", result.predictions());
        report.put("chunks", result.running());
      }
      progress.end();
      if (common.json) {
        Json.print(report);
      } else {
        System.out.println(String.format(Locale.ROOT, "%.4f", result.perplexity()));
      }
    }
    return ExitCodes.OK;
  }
}

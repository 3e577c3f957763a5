package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.GenerationResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code quest run} reports of a generation: as the JSON of the design, and in one line. */
final class RunReport {

  private RunReport() {}

  static Map<String, Object> of(Engine engine, GenerationResult result) {
    return of(engine, result, false);
  }

  /** The same, where {@code trace} is set with what was missed layer by layer. */
  static Map<String, Object> of(Engine engine, GenerationResult result, boolean trace) {
    GenerationResult.Timing timing = result.timing();
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("load_s", engine.loadSeconds());
    times.put("prefill_s", timing.prefillSeconds());
    times.put("prefill_tok_s", timing.prefillSpeed());
    times.put("decode_s", timing.decodeSeconds());
    times.put("decode_tok_s", timing.decodeSpeed());

    GenerationResult.KvUse use = result.kv();
    Map<String, Object> kv = new LinkedHashMap<>();
    kv.put("type", engine.options().kvType().label());
    kv.put("bytes", use.bytes());
    kv.put("digest_bytes", use.digestBytes());
    kv.put("bytes_read_per_token", Math.round(use.bytesReadPerToken()));
    kv.put("pages", use.pages());
    kv.put("pages_selected_mean", use.pagesSelectedMean());
    kv.put("tokens_selected_mean", use.tokensSelectedMean());
    kv.put("selections", use.selections());
    if (use.missedMassMean().isPresent() && use.missedMassP95().isPresent()) {
      Map<String, Object> missed = new LinkedHashMap<>();
      missed.put("mean", use.missedMassMean().getAsDouble());
      missed.put("p95", use.missedMassP95().getAsDouble());
      if (trace) {
        missed.put("layers", use.missedMassLayers().stream().map(RunReport::json).toList());
      }
      kv.put("missed_mass", missed);
    }

    Map<String, Object> report = new LinkedHashMap<>();
    report.put("model", engine.name());
    report.put("attention", attention(engine, result.attention()));
    report.put("prompt_tokens", result.promptTokens());
    report.put("generated_tokens", result.tokens().size());
    report.put("tokens", result.tokens());
    report.put("text", result.text());
    report.put("finish_reason", result.finishReason().label());
    report.put("timing", times);
    report.put("kv", kv);
    return report;
  }

  /** How decode steps attended. */
  static Map<String, Object> attention(Engine engine, AttentionOptions attention) {
    Map<String, Object> attended = new LinkedHashMap<>();
    attended.put("policy", attention.policy());
    attended.put("scorer", attention.scorer());
    attended.put("page_size", engine.options().pageSize());
    attended.put("token_budget", attention.tokenBudget());
    attended.put("dense_layers", attention.denseLayers());
    attended.put("sink_pages", attention.sinkPages());
    attended.put("recent_pages", attention.recentPages());
    attended.put("gqa", attention.gqa().label());
    return attended;
  }

  private static Map<String, Object> json(GenerationResult.LayerMissed missed) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", missed.layer());
    json.put("mean", missed.mean());
    return json;
  }

  /** What was missed layer by layer, as a table. */
  static String trace(GenerationResult result) {
    if (result.kv().missedMassLayers().isEmpty()) {
      return "missed attention by layer: nothing was estimated";
    }
    StringBuilder table = new StringBuilder("missed attention by layer");
    for (GenerationResult.LayerMissed missed : result.kv().missedMassLayers()) {
      table.append(
          String.format(Locale.ROOT, "%n%5d  %6.2f %%", missed.layer(), 100 * missed.mean()));
    }
    return table.toString();
  }

  /** The same in one line. */
  static String summary(GenerationResult result) {
    GenerationResult.Timing timing = result.timing();
    GenerationResult.KvUse kv = result.kv();
    String pages =
        kv.selections() == 0
            ? (result.nothingSelected() ? "nothing was sparse" : "dense")
                + ": all "
                + kv.pages()
                + " pages read"
            : String.format(
                Locale.ROOT, "%.1f of %d pages read", kv.pagesSelectedMean(), kv.pages());
    String missed =
        kv.missedMassMean().isPresent()
            ? String.format(
                Locale.ROOT,
                ", missed attention about %.2f %%",
                100 * kv.missedMassMean().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "[prompt %d tokens at %.1f tok/s, %d generated at %.1f tok/s; %s%s]",
        result.promptTokens(),
        timing.prefillSpeed(),
        result.tokens().size(),
        timing.decodeSpeed(),
        pages,
        missed);
  }
}

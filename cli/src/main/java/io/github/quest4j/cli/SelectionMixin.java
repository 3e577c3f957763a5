package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.ModelDefaults;
import io.github.quest4j.engine.store.CatalogueModel;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how a sparse decode step chooses pages. What is not typed is absent. */
final class SelectionMixin {

  /** Of a description: where the value comes from that is not typed. */
  static final String ELSE = "(default: the model's, see 'quest models info'; else ";

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      converter = TokenBudget.Converter.class,
      description =
          "tokens that a sparse decode step reads per layer; auto: what was measured for the model "
              + ELSE
              + "1024)")
  @Nullable TokenBudget tokenBudget;

  @Option(
      names = "--scorer",
      paramLabel = "S",
      description =
          "how pages are scored: sketch, minmax (the paper), minmax8 (its bound in half the bytes), shrunk (no bound), meanstd or oracle "
              + ELSE
              + "sketch)")
  @Nullable String scorer;

  @Option(
      names = "--sink-pages",
      paramLabel = "N",
      description = "first pages that are always read " + ELSE + "1)")
  @Nullable Integer sinkPages;

  @Option(
      names = "--recent-pages",
      paramLabel = "N",
      description = "pages before the current one that are always read " + ELSE + "0)")
  @Nullable Integer recentPages;

  @Option(
      names = "--gqa",
      paramLabel = "MODE",
      description =
          "group: query heads of a KV head read one list; head: each its own " + ELSE + "group)")
  @Nullable String gqa;

  @Option(
      names = "--missed-mass",
      paramLabel = "SHARE",
      description =
          "read only as many pages as keep the estimated share of attention that is missed below this, at most the budget; needs scorer sketch "
              + ELSE
              + "0, the whole budget)")
  @Nullable Double missedMass;

  /** What was typed, {@code base} for the rest. */
  AttentionOptions over(AttentionOptions base) {
    AttentionOptions options = base;
    if (tokenBudget != null && tokenBudget.tokens().isPresent()) {
      options = options.withTokenBudget(tokenBudget.tokens().getAsInt());
    }
    if (scorer != null) {
      options = options.withScorer(scorer);
    }
    if (sinkPages != null) {
      options = options.withSinkPages(sinkPages);
    }
    if (recentPages != null) {
      options = options.withRecentPages(recentPages);
    }
    if (gqa != null) {
      options = options.withGqa(AttentionOptions.Gqa.of(gqa));
    }
    if (missedMass != null) {
      options = options.withMissedMass(missedMass);
    }
    return options;
  }

  /** Adds what was typed to the field {@code quest} of a server's requests. */
  void addTo(Map<String, Object> fields) {
    if (tokenBudget != null && tokenBudget.tokens().isPresent()) {
      fields.put("token_budget", tokenBudget.tokens().getAsInt());
    }
    if (scorer != null) {
      fields.put("scorer", scorer);
    }
    if (sinkPages != null) {
      fields.put("sink_pages", sinkPages);
    }
    if (recentPages != null) {
      fields.put("recent_pages", recentPages);
    }
    if (gqa != null) {
      fields.put("gqa", gqa);
    }
    if (missedMass != null) {
      fields.put("missed_mass", missedMass);
    }
  }

  /**
   * Says so where {@code auto} asked for a budget that nobody has measured.
   *
   * @param model what the user calls it
   * @param known its entry in the catalogue
   */
  void noteUnmeasured(String model, Optional<CatalogueModel> known, CommonMixin common) {
    boolean auto = tokenBudget != null && tokenBudget.tokens().isEmpty();
    boolean measured =
        known.filter(entry -> entry.defaults().containsKey(ModelDefaults.TOKEN_BUDGET)).isPresent();
    if (auto && !measured) {
      common.note(
          "no token budget was measured for "
              + model
              + ": "
              + AttentionOptions.defaults().tokenBudget()
              + " is used");
    }
  }
}

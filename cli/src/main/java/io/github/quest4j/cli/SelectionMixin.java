package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import picocli.CommandLine.Option;

/** Options that say how a sparse decode step chooses pages. */
final class SelectionMixin {

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "1024",
      description = "tokens that a sparse decode step reads per layer (default: ${DEFAULT-VALUE})")
  int tokenBudget;

  @Option(
      names = "--scorer",
      paramLabel = "S",
      defaultValue = "sketch",
      description =
          "how pages are scored: sketch, minmax (the paper), minmax8 (its bound in half the bytes), meanstd or oracle (default: ${DEFAULT-VALUE})")
  String scorer = "sketch";

  @Option(
      names = "--sink-pages",
      paramLabel = "N",
      defaultValue = "1",
      description = "first pages that are always read (default: ${DEFAULT-VALUE})")
  int sinkPages;

  @Option(
      names = "--recent-pages",
      paramLabel = "N",
      defaultValue = "0",
      description = "pages before the current one that are always read (default: ${DEFAULT-VALUE})")
  int recentPages;

  @Option(
      names = "--gqa",
      paramLabel = "MODE",
      defaultValue = "group",
      description =
          "group: query heads of a KV head read one list; head: each its own (default: ${DEFAULT-VALUE})")
  String gqa = "group";

  @Option(
      names = "--missed-mass",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "read only as many pages as keep the estimated share of attention that is missed below this, at most the budget; needs scorer sketch (default: 0, the whole budget)")
  double missedMass;

  AttentionOptions options() {
    return AttentionOptions.defaults()
        .withTokenBudget(tokenBudget)
        .withScorer(scorer)
        .withSinkPages(sinkPages)
        .withRecentPages(recentPages)
        .withMissedMass(missedMass)
        .withGqa(AttentionOptions.Gqa.of(gqa));
  }
}

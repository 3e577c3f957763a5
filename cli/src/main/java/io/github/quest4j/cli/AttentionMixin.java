package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say how decode steps attend. */
final class AttentionMixin {

  @Option(
      names = "--attention",
      paramLabel = "POLICY",
      defaultValue = "quest",
      description = "which pages a decode step reads: quest or dense (default: ${DEFAULT-VALUE})")
  String policy = "quest";

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "1024",
      description = "tokens that a sparse decode step reads per layer (default: ${DEFAULT-VALUE})")
  int tokenBudget;

  @Option(
      names = "--dense-layers",
      paramLabel = "N",
      defaultValue = "2",
      description = "first layers that read everything (default: ${DEFAULT-VALUE})")
  int denseLayers;

  @Option(
      names = "--scorer",
      paramLabel = "S",
      defaultValue = "sketch",
      description =
          "how pages are scored: sketch, minmax (the paper), meanstd or oracle (default: ${DEFAULT-VALUE})")
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

  AttentionOptions options() {
    return options(policy);
  }

  /** The options of several policies, which {@code --attention} names with commas between them. */
  List<AttentionOptions> alternatives() {
    List<AttentionOptions> alternatives = new ArrayList<>();
    for (String one : policy.split(",", -1)) {
      alternatives.add(options(one));
    }
    return alternatives;
  }

  private AttentionOptions options(String policy) {
    return AttentionOptions.defaults()
        .withPolicy(policy)
        .withTokenBudget(tokenBudget)
        .withDenseLayers(denseLayers)
        .withScorer(scorer)
        .withSinkPages(sinkPages)
        .withRecentPages(recentPages)
        .withGqa(AttentionOptions.Gqa.of(gqa));
  }
}

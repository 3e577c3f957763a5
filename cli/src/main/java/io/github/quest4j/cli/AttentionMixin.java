package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how decode steps attend. */
final class AttentionMixin {

  @Option(
      names = "--attention",
      paramLabel = "POLICY",
      defaultValue = "quest",
      description =
          "what a decode step reads: quest or dense; to compare with: streaming, h2o, tova or snapkv (default: ${DEFAULT-VALUE})")
  String policy = "quest";

  @Option(
      names = "--dense-layers",
      paramLabel = "N",
      defaultValue = "2",
      description = "first layers that read everything (default: ${DEFAULT-VALUE})")
  int denseLayers;

  @Mixin SelectionMixin selection = new SelectionMixin();

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
    return selection.options().withPolicy(policy).withDenseLayers(denseLayers);
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
      description = "first layers that read everything " + SelectionMixin.ELSE + "2)")
  @Nullable Integer denseLayers;

  @Mixin SelectionMixin selection = new SelectionMixin();

  private final boolean several;

  AttentionMixin() {
    this(false);
  }

  private AttentionMixin(boolean several) {
    this.several = several;
  }

  /** Options of a command that compares policies, which stand with commas between them. */
  static AttentionMixin several() {
    return new AttentionMixin(true);
  }

  /** What was typed, {@code base} for the rest; of several policies the first. */
  AttentionOptions over(AttentionOptions base) {
    return alternatives(base).getFirst();
  }

  /** What was typed, as the field {@code quest} of a server's requests has it. */
  Map<String, Object> typed() {
    Map<String, Object> typed = new LinkedHashMap<>();
    if (!policy.equals(AttentionOptions.QUEST)) {
      typed.put("attention", policy);
    }
    if (denseLayers != null) {
      typed.put("dense_layers", denseLayers);
    }
    selection.addTo(typed);
    return typed;
  }

  /** The same for each policy. */
  List<AttentionOptions> alternatives(AttentionOptions base) {
    AttentionOptions selected = selection.over(base);
    AttentionOptions options =
        denseLayers == null ? selected : selected.withDenseLayers(denseLayers);
    List<String> policies = several ? Arrays.asList(policy.split(",", -1)) : List.of(policy);
    return policies.stream().map(options::withPolicy).toList();
  }
}

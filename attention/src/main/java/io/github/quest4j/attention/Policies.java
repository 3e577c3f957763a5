package io.github.quest4j.attention;

import io.github.quest4j.attention.select.DenseSelector;
import io.github.quest4j.attention.select.H2oSelector;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.attention.select.QuestSelector;
import io.github.quest4j.attention.select.SnapKvSelector;
import io.github.quest4j.attention.select.StreamingSelector;
import io.github.quest4j.attention.select.TovaSelector;

/** Makes the policies that options name. */
final class Policies {

  private Policies() {}

  static PageSelector of(AttentionOptions options, int pageSize) {
    int budget = options.tokenBudget();
    int denseLayers = options.denseLayers();
    return switch (options.policy()) {
      case AttentionOptions.QUEST ->
          new QuestSelector(
              budget / pageSize,
              denseLayers,
              options.sinkPages(),
              options.recentPages(),
              options.adaptive());
      case AttentionOptions.STREAMING ->
          new StreamingSelector(budget, denseLayers, StreamingSelector.SINKS);
      case AttentionOptions.H2O -> new H2oSelector(budget, denseLayers);
      case AttentionOptions.TOVA -> new TovaSelector(budget, denseLayers);
      case AttentionOptions.SNAPKV ->
          new SnapKvSelector(budget, denseLayers, SnapKvSelector.WINDOW, SnapKvSelector.KERNEL);
      default -> new DenseSelector();
    };
  }
}

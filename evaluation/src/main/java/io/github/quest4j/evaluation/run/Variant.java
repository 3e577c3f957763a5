package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.AttentionOptions.Gqa;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to choose what a decode step reads, all but the budget.
 *
 * @param selector name in reports: the policy, for quest with its scorer
 * @param how the options; their budget is replaced
 * @param pageSize tokens in a page
 */
public record Variant(String selector, AttentionOptions how, int pageSize) {

  /** Pages drawn at random: the floor of any selection. */
  public static final String RANDOM = "random";

  private static final String ORACLE = "oracle";
  private static final List<String> SCORERS =
      List.of("sketch", "minmax", "minmax8", "shrunk", "meanstd", ORACLE);

  /**
   * Reads {@code dense}, {@code h2o}, {@code quest}, {@code quest/minmax/head/p32/sink0/recent2/
   * dense0/miss0.05}: the policy, then what differs from the defaults. {@code oracle} is {@code
   * quest/oracle}.
   *
   * @param defaults options of what is not said
   * @throws IllegalArgumentException naming the part that is not known
   */
  public static Variant parse(String text, AttentionOptions defaults, int pageSize) {
    String[] parts = text.strip().toLowerCase(Locale.ROOT).split("/", -1);
    AttentionOptions how = defaults;
    String policy = parts[0];
    if (policy.equals(ORACLE)) {
      how = how.withPolicy(AttentionOptions.QUEST).withScorer(ORACLE);
    } else {
      how = how.withPolicy(policy.equals(RANDOM) ? AttentionOptions.QUEST : policy);
    }
    int size = pageSize;
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (SCORERS.contains(part)) {
        how = how.withScorer(part);
      } else if (part.equals("head") || part.equals("group")) {
        how = how.withGqa(Gqa.of(part));
      } else if (part.matches("p\\d{1,4}")) {
        size = Integer.parseInt(part.substring(1));
      } else if (part.matches("sink\\d{1,6}")) {
        how = how.withSinkPages(Integer.parseInt(part.substring(4)));
      } else if (part.matches("recent\\d{1,6}")) {
        how = how.withRecentPages(Integer.parseInt(part.substring(6)));
      } else if (part.matches("dense\\d{1,6}")) {
        how = how.withDenseLayers(Integer.parseInt(part.substring(5)));
      } else if (part.matches("miss0?\\.\\d{1,9}")) {
        how = how.withMissedMass(Double.parseDouble(part.substring(4)));
      } else {
        throw new IllegalArgumentException(
            "unknown part of selector "
                + text
                + ": "
                + part
                + " (known: "
                + String.join(", ", SCORERS)
                + ", group, head, pN, sinkN, recentN, denseN, miss0.05)");
      }
    }
    boolean scores = how.policy().equals(AttentionOptions.QUEST) && !policy.equals(RANDOM);
    String selector = policy.equals(RANDOM) ? RANDOM : scores ? "quest/" + how.scorer() : policy;
    if (how.scorer().equals(ORACLE) && scores) {
      selector = ORACLE;
    }
    return new Variant(selector, how, size);
  }

  /** Whether steps may leave pages out. */
  public boolean sparse() {
    return how.sparse();
  }

  /** Whether the policy sees the attention of the prompt. */
  boolean observes() {
    return List.of("h2o", "tova", "snapkv").contains(selector);
  }

  /** The options with a budget. */
  AttentionOptions options(int budget) {
    return sparse() ? how.withTokenBudget(budget) : how;
  }

  /** What decides the result besides selector and budget, for a row. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("page_size", pageSize);
    if (sparse()) {
      settings.put("dense_layers", how.denseLayers());
      if (how.policy().equals(AttentionOptions.QUEST)) {
        settings.put("gqa", how.gqa().label());
        settings.put("sink_pages", how.sinkPages());
        if (how.adaptive()) {
          settings.put("missed_mass", how.missedMass());
        }
        if (how.recentPages() > 0) {
          settings.put("recent_pages", how.recentPages());
        }
      }
    }
    return settings;
  }
}

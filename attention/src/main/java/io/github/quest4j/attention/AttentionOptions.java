package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.select.PageScorer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the decode steps of a sequence attend. Immutable; made by {@link #defaults} and the {@code
 * with…} methods.
 *
 * @param policy which pages are read: {@link #QUEST} or {@link #DENSE}
 * @param scorer how pages are scored, a name that {@link PageScorer#of} knows
 * @param tokenBudget tokens that a sparse step reads per list, the current page's included
 * @param denseLayers first layers that read everything
 * @param sinkPages first pages that are always read, within the budget
 * @param recentPages pages before the current one that are always read, within the budget
 * @param gqa whether the query heads of a KV head share a list
 * @param trackMissedMass whether the attention on pages not read is estimated, where the scorer can
 */
public record AttentionOptions(
    String policy,
    String scorer,
    int tokenBudget,
    int denseLayers,
    int sinkPages,
    int recentPages,
    Gqa gqa,
    boolean trackMissedMass) {

  /** Reads every page. */
  public static final String DENSE = "dense";

  /** Reads the current page and those with the highest scores. */
  public static final String QUEST = "quest";

  private static final List<String> POLICIES = List.of(QUEST, DENSE);
  private static final List<String> AROUND_THE_MEAN = List.of("sketch", "meanstd");
  private static final int MAX_COUNT = 1 << 24;

  /** How the query heads that share a KV head choose pages. */
  public enum Gqa {
    /** One list for all of them, so that each page is read once. */
    GROUP,
    /** Each its own list, as in the paper. */
    HEAD;

    /** The name used on the command line. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The mode of that name.
     *
     * @throws IllegalArgumentException naming the modes there are
     */
    public static Gqa of(String label) {
      for (Gqa gqa : values()) {
        if (gqa.label().equals(label)) {
          return gqa;
        }
      }
      throw new IllegalArgumentException("unknown GQA mode: " + label + " (known: group, head)");
    }
  }

  /** Checks the values that need no page size. */
  public AttentionOptions {
    if (!POLICIES.contains(policy)) {
      throw new IllegalArgumentException(
          "unknown attention policy: " + policy + " (known: " + String.join(", ", POLICIES) + ")");
    }
    PageScorer.of(scorer, Kernels.scalar()); // whether there is one; no kernel is chosen for that
    requireCount("token budget", tokenBudget);
    requireCount("dense layers", denseLayers);
    requireCount("sink pages", sinkPages);
    requireCount("recent pages", recentPages);
  }

  private static void requireCount(String name, int value) {
    if (value < 0 || value > MAX_COUNT) {
      throw new IllegalArgumentException(name + " is not in 0.." + MAX_COUNT + ": " + value);
    }
  }

  /**
   * Quest with sketches, 1,024 tokens, the first two layers dense, page 0 always read, one list per
   * KV head.
   */
  public static AttentionOptions defaults() {
    return new AttentionOptions(QUEST, "sketch", 1_024, 2, 1, 0, Gqa.GROUP, true);
  }

  /** Whether a step may leave pages out. */
  public boolean sparse() {
    return !policy.equals(DENSE);
  }

  /**
   * Checks the budget against a page size.
   *
   * @throws IllegalArgumentException if it is smaller than two pages, naming both
   */
  public void check(int pageSize) {
    if (sparse() && tokenBudget < 2 * pageSize) {
      throw new IllegalArgumentException(
          "token budget "
              + tokenBudget
              + " is smaller than two pages of "
              + pageSize
              + " tokens: give at least "
              + 2 * pageSize);
    }
  }

  /**
   * What a user should hear of before running with these options: that page 0, which holds the
   * attention sink, is read only if its score asks for it. Scores from a page's mean miss it on
   * some models.
   */
  public Optional<String> warning() {
    return sparse() && sinkPages == 0 && AROUND_THE_MEAN.contains(scorer)
        ? Optional.of(
            "page 0 is not always read (sink pages: 0): with scorer "
                + scorer
                + " some models lose their attention sink and predict badly; give 1 sink page")
        : Optional.empty();
  }

  /** The same with another policy. */
  public AttentionOptions withPolicy(String value) {
    return new AttentionOptions(
        value, scorer, tokenBudget, denseLayers, sinkPages, recentPages, gqa, trackMissedMass);
  }

  /** The same with another scorer. */
  public AttentionOptions withScorer(String value) {
    return new AttentionOptions(
        policy, value, tokenBudget, denseLayers, sinkPages, recentPages, gqa, trackMissedMass);
  }

  /** The same with another budget. */
  public AttentionOptions withTokenBudget(int value) {
    return new AttentionOptions(
        policy, scorer, value, denseLayers, sinkPages, recentPages, gqa, trackMissedMass);
  }

  /** The same with other dense layers. */
  public AttentionOptions withDenseLayers(int value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, value, sinkPages, recentPages, gqa, trackMissedMass);
  }

  /** The same with other sink pages. */
  public AttentionOptions withSinkPages(int value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, denseLayers, value, recentPages, gqa, trackMissedMass);
  }

  /** The same with other recent pages. */
  public AttentionOptions withRecentPages(int value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, denseLayers, sinkPages, value, gqa, trackMissedMass);
  }

  /** The same with another GQA mode. */
  public AttentionOptions withGqa(Gqa value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, denseLayers, sinkPages, recentPages, value, trackMissedMass);
  }

  /** The same with the estimate of missed attention on or off. */
  public AttentionOptions withTrackMissedMass(boolean value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, denseLayers, sinkPages, recentPages, gqa, value);
  }
}

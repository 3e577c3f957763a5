package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.select.SnapKvSelector;
import io.github.quest4j.attention.select.StreamingSelector;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the decode steps of a sequence attend. Immutable; made by {@link #defaults} and the {@code
 * with…} methods.
 *
 * @param policy what is read: {@link #QUEST}, {@link #DENSE}, or one to compare with
 * @param scorer how pages are scored, a name that {@link PageScorer#of} knows
 * @param tokenBudget tokens that a sparse step reads per list, the current page's included
 * @param denseLayers first layers that read everything
 * @param sinkPages first pages that quest always reads, within the budget
 * @param recentPages pages before the current one that quest always reads, within the budget
 * @param gqa whether the query heads of a KV head share a list
 * @param missedMass share of the attention that a step of quest may miss by its scorer's estimate:
 *     it reads as many pages as that takes, {@code tokenBudget} at most; 0 to read the whole budget
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
    double missedMass,
    boolean trackMissedMass) {

  /** Reads every page. */
  public static final String DENSE = "dense";

  /** Reads the current page and those with the highest scores. */
  public static final String QUEST = "quest";

  /** StreamingLLM: the first tokens and the most recent ones. */
  public static final String STREAMING = "streaming";

  /** H2O: the tokens that were given most attention so far, and the most recent ones. */
  public static final String H2O = "h2o";

  /** TOVA: the tokens that the last query gave most attention. */
  public static final String TOVA = "tova";

  /** SnapKV: the tokens that the prompt's end gave most attention, and what was decoded since. */
  public static final String SNAPKV = "snapkv";

  private static final List<String> POLICIES = List.of(QUEST, DENSE, STREAMING, H2O, TOVA, SNAPKV);
  private static final List<String> BY_ATTENTION = List.of(H2O, TOVA, SNAPKV);
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
    if (!(missedMass >= 0 && missedMass < 1)) {
      throw new IllegalArgumentException("missed mass is not in 0..1: " + missedMass);
    }
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
    return new AttentionOptions(QUEST, "sketch", 1_024, 2, 1, 0, Gqa.GROUP, 0, true);
  }

  /** Whether a step may leave something out. */
  public boolean sparse() {
    return !policy.equals(DENSE);
  }

  /** Whether the policy must see the attention of the whole prompt's reading. */
  public boolean observesPrompt() {
    return BY_ATTENTION.contains(policy);
  }

  /** Whether pages are chosen by {@link #scorer}. */
  public boolean scored() {
    return policy.equals(QUEST);
  }

  /**
   * Checks the budget against the policy and a page size, and the policy against the GQA mode.
   *
   * @throws IllegalArgumentException if the budget is smaller than two pages, or than the fewest
   *     tokens that the policy keeps, naming both; or if a policy that evicts by attention is asked
   *     for a list per query head
   */
  public void check(int pageSize) {
    int least =
        switch (policy) {
          case QUEST -> 2 * pageSize;
          case STREAMING -> StreamingSelector.SINKS + 1;
          case H2O, TOVA -> 2;
          case SNAPKV -> SnapKvSelector.WINDOW + 1;
          default -> 0;
        };
    if (tokenBudget < least) {
      throw new IllegalArgumentException(
          "token budget "
              + tokenBudget
              + " is smaller than "
              + (scored() ? "two pages of " + pageSize + " tokens" : "what " + policy + " keeps")
              + ": give at least "
              + least);
    }
    if (scored() && missedMass > 0 && !PageScorer.of(scorer).estimatesMass()) {
      throw new IllegalArgumentException(
          "scorer " + scorer + " cannot tell what is missed: a missed mass needs scorer sketch");
    }
    if (gqa != Gqa.GROUP && BY_ATTENTION.contains(policy)) {
      throw new IllegalArgumentException(
          "policy " + policy + " keeps one list per KV head: give --gqa group");
    }
  }

  /**
   * What a user should hear of before running with these options: that page 0, which holds the
   * attention sink, is read only if its score asks for it. Scores from a page's mean miss it on
   * some models.
   */
  public Optional<String> warning() {
    return scored() && sinkPages == 0 && AROUND_THE_MEAN.contains(scorer)
        ? Optional.of(
            "page 0 is not always read (sink pages: 0): with scorer "
                + scorer
                + " some models lose their attention sink and predict badly; give 1 sink page")
        : Optional.empty();
  }

  /** The same with another policy. */
  public AttentionOptions withPolicy(String value) {
    return new AttentionOptions(
        value,
        scorer,
        tokenBudget,
        denseLayers,
        sinkPages,
        recentPages,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with another scorer. */
  public AttentionOptions withScorer(String value) {
    return new AttentionOptions(
        policy,
        value,
        tokenBudget,
        denseLayers,
        sinkPages,
        recentPages,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with another budget. */
  public AttentionOptions withTokenBudget(int value) {
    return new AttentionOptions(
        policy,
        scorer,
        value,
        denseLayers,
        sinkPages,
        recentPages,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with other dense layers. */
  public AttentionOptions withDenseLayers(int value) {
    return new AttentionOptions(
        policy,
        scorer,
        tokenBudget,
        value,
        sinkPages,
        recentPages,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with other sink pages. */
  public AttentionOptions withSinkPages(int value) {
    return new AttentionOptions(
        policy,
        scorer,
        tokenBudget,
        denseLayers,
        value,
        recentPages,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with other recent pages. */
  public AttentionOptions withRecentPages(int value) {
    return new AttentionOptions(
        policy,
        scorer,
        tokenBudget,
        denseLayers,
        sinkPages,
        value,
        gqa,
        missedMass,
        trackMissedMass);
  }

  /** The same with another GQA mode. */
  public AttentionOptions withGqa(Gqa value) {
    return new AttentionOptions(
        policy,
        scorer,
        tokenBudget,
        denseLayers,
        sinkPages,
        recentPages,
        value,
        missedMass,
        trackMissedMass);
  }

  /** The same with another share of the attention that may be missed. */
  public AttentionOptions withMissedMass(double value) {
    return new AttentionOptions(
        policy,
        scorer,
        tokenBudget,
        denseLayers,
        sinkPages,
        recentPages,
        gqa,
        value,
        trackMissedMass);
  }

  /** Whether a step reads as much as the estimate of what it misses asks for. */
  public boolean adaptive() {
    return scored() && missedMass > 0;
  }

  /** The same with the estimate of missed attention on or off. */
  public AttentionOptions withTrackMissedMass(boolean value) {
    return new AttentionOptions(
        policy, scorer, tokenBudget, denseLayers, sinkPages, recentPages, gqa, missedMass, value);
  }
}

package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Tasks of the kinds of the RULER benchmark (arXiv 2404.06654), in texts of our own: retrieving,
 * tracing and counting in a context of any length. An answer's worth is the share of the expected
 * strings that it contains, whatever their case, as RULER grades.
 */
public final class Ruler {

  /** Version of the texts: with another one, results cannot be compared. */
  public static final int VERSION = 1;

  private static final int MOST_SAMPLES = 100_000;

  private Ruler() {}

  /** The kinds of tasks. */
  public enum Kind {
    /** One key with a number in prose. */
    SINGLE(32),
    /** Four keys with a number each; one number is asked for. */
    MULTI_KEY(32),
    /** One key with four numbers; all are asked for. */
    MULTI_VALUE(128),
    /** Four keys with a number each; all are asked for. */
    MULTI_QUERY(128),
    /** A chain of five variables in prose, each set to the one before; one worked example. */
    VARIABLE_TRACKING(60),
    /**
     * The ten words that stand most often in a numbered list; one worked example. They stand 30
     * times and the others 3 times; below 4,096 tokens 10 times and once, below 2,048 4 times and
     * once.
     */
    COMMON_WORDS(120),
    /** The three most frequent coded words, whose counts fall with the square of their rank. */
    FREQUENT_WORDS(50);

    private final int maxTokens;

    Kind(int maxTokens) {
      this.maxTokens = maxTokens;
    }

    /** Its name in labels and on the command line, such as {@code multi-key}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tokens of an answer at most. */
    public int maxTokens() {
      return maxTokens;
    }
  }

  /**
   * Prompts of one kind and length; planted sentences lie anywhere. The question, with the
   * beginning of its answer, goes through the sparse path token by token. Labels: {@code kind},
   * {@code length}.
   *
   * @param kind of task
   * @param length tokens that a prompt may have; it has as many as whole sentences or words allow
   * @param samples number of items, 1 to 100,000
   * @param seed decides everything in them
   * @param tokens counts the tokens of a prompt
   * @return {@code samples} items
   * @throws IllegalArgumentException if the length is too small for a prompt without filler, or the
   *     samples are out of range
   */
  public static List<Item> items(Kind kind, int length, int samples, long seed, TokenCount tokens) {
    Request.check(length, samples, MOST_SAMPLES);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      SplittableRandom random = Seeds.random(seed, "ruler-" + kind.label(), length, i);
      items.add(item(kind, length, i, draft(kind, length, random), tokens));
    }
    return List.copyOf(items);
  }

  private static RulerDraft draft(Kind kind, int length, SplittableRandom random) {
    return switch (kind) {
      case SINGLE, MULTI_KEY, MULTI_VALUE, MULTI_QUERY -> RulerNumbers.draft(kind, random);
      case VARIABLE_TRACKING -> RulerVariables.draft(random);
      case COMMON_WORDS -> RulerCommonWords.draft(length, random);
      case FREQUENT_WORDS -> RulerFrequentWords.draft(random);
    };
  }

  private static Item item(Kind kind, int length, int sample, RulerDraft draft, TokenCount tokens) {
    String prompt =
        Fitting.longest(
            "a " + kind.label() + " prompt",
            length,
            units -> draft.context().apply(units) + draft.question(),
            tokens);
    Map<String, Object> labels = new LinkedHashMap<>();
    labels.put("kind", kind.label());
    labels.put("length", length);
    return new Item(
        "%s-%d-%d".formatted(kind.label(), length, sample + 1),
        Collections.unmodifiableMap(labels),
        prompt,
        draft.question().length(),
        kind.maxTokens(),
        answer -> grade(answer, draft.expected()));
  }

  private static double grade(String answer, List<String> expected) {
    String plain = answer.toLowerCase(Locale.ROOT);
    long found =
        expected.stream().filter(word -> plain.contains(word.toLowerCase(Locale.ROOT))).count();
    return (double) found / expected.size();
  }
}

package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Finding a fact in varied prose, which a passkey among repeated lines does not tell: the needle is
 * a sentence like the others, in one of several phrasings, and the prose never repeats. The
 * question stands at the end with the beginning of its answer, so that small models without a chat
 * template can complete it; the question alone goes through the sparse path token by token.
 */
public final class Needle {

  /** Version of the texts: with another one, results cannot be compared. */
  public static final int VERSION = 1;

  /** Tokens of an answer. */
  public static final int MAX_TOKENS = 20;

  private static final int MOST_SAMPLES = 100_000;
  private static final String HEADER = "Read this text. A question about it follows.\n\n";

  private Needle() {}

  /** How many facts are planted. */
  public enum Kind {
    /** One fact. */
    SINGLE,
    /** Three or four facts, each of another sort; one is asked for. */
    SEVERAL;

    /** Its name in labels and on the command line. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Prompts of one length. The depths of the facts asked for are spread evenly over the prose,
   * first 0 and last 1 (one alone lies in the middle); other facts lie anywhere. An answer is right
   * (1, else 0) if its first line names the answer as a whole word, whatever its case, and no
   * answer to another planted fact before it. Labels: {@code kind}, {@code length}, {@code depth}.
   *
   * @param kind how many facts are planted
   * @param length tokens that a prompt may have; it has as many as whole sentences allow
   * @param samples number of items, 1 to 100,000
   * @param seed decides facts and prose
   * @param tokens counts the tokens of a prompt
   * @return {@code samples} items, by depth
   * @throws IllegalArgumentException if the length is too small for a prompt without prose, or the
   *     samples are out of range
   */
  public static List<Item> items(Kind kind, int length, int samples, long seed, TokenCount tokens) {
    Request.check(length, samples, MOST_SAMPLES);
    String task = "needle-" + kind.label();
    int firstPhrasing = Seeds.random(seed, task, length, -1).nextInt(Fact.PHRASINGS);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      SplittableRandom random = Seeds.random(seed, task, length, i);
      int count = kind == Kind.SINGLE ? 1 : 3 + random.nextInt(2);
      List<Fact> facts = Fact.several(random, firstPhrasing + i, count);
      items.add(item(kind, length, i, samples, facts, random, tokens));
    }
    return List.copyOf(items);
  }

  private static Item item(
      Kind kind,
      int length,
      int sample,
      int samples,
      List<Fact> facts,
      SplittableRandom random,
      TokenCount tokens) {
    double depth = Request.depth(sample, samples);
    double[] depths = new double[facts.size()];
    depths[0] = depth;
    for (int i = 1; i < depths.length; i++) {
      depths[i] = random.nextDouble();
    }
    Fact asked = facts.getFirst();
    Integer[] order = new Integer[depths.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(depths[a], depths[b]));
    List<String> planted = Arrays.stream(order).map(i -> facts.get(i).sentence()).toList();
    double[] sorted = Arrays.stream(order).mapToDouble(i -> depths[i]).toArray();
    Prose prose = new Prose(random);
    String prompt =
        Fitting.longest(
            "a needle prompt",
            length,
            count -> HEADER + prose.with(count, planted, sorted) + "\n\n" + asked.question(),
            tokens);
    Map<String, Object> labels = new LinkedHashMap<>();
    labels.put("kind", kind.label());
    labels.put("length", length);
    labels.put("depth", depth);
    return new Item(
        kind.label() + "-" + Request.id(length, sample, samples),
        Collections.unmodifiableMap(labels),
        prompt,
        asked.question().length(),
        MAX_TOKENS,
        answer -> grade(answer, asked, facts));
  }

  private static double grade(String answer, Fact asked, List<Fact> facts) {
    String line = answer.strip().lines().findFirst().orElse("");
    int right = Words.position(line, asked.answer());
    for (Fact other : facts) {
      int at = other.equals(asked) ? -1 : Words.position(line, other.answer());
      if (at >= 0 && at < right) {
        return 0;
      }
    }
    return right >= 0 ? 1 : 0;
  }
}

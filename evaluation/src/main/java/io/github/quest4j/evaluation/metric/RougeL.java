package io.github.quest4j.evaluation.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * ROUGE-L (C.-Y. Lin, 2004) of a summary: the F-measure, precision and recall weighed alike, of the
 * longest common subsequence of words. A text counts as one sentence. Words are parted by
 * whitespace and full stops; case and other punctuation count.
 *
 * <p>The Python package {@code rouge} that LongBench uses matches sentence by sentence and counts
 * distinct words, so the two give somewhat different figures; systems compare alike.
 */
public final class RougeL {

  /** Words of a text at most: the time grows with the product of the two. */
  public static final int MOST_WORDS = 20_000;

  private static final Pattern PARTING =
      Pattern.compile("[\\s.]+", Pattern.UNICODE_CHARACTER_CLASS);

  private RougeL() {}

  /**
   * Compares a summary with a right one.
   *
   * @return 0, if they share no word, to 1; 0 too where either has no words
   * @throws IllegalArgumentException if a text has more than {@link #MOST_WORDS} words
   */
  public static double score(String summary, String right) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] given = words(summary, numbers);
    int[] wanted = words(right, numbers);
    int common = commonSubsequence(given, wanted);
    if (common == 0) {
      return 0;
    }
    double precision = (double) common / given.length;
    double recall = (double) common / wanted.length;
    return 2 * precision * recall / (precision + recall);
  }

  /**
   * The best score over several right summaries.
   *
   * @return 0 to 1; 0 of no right summaries
   * @throws IllegalArgumentException if a text has more than {@link #MOST_WORDS} words
   */
  public static double best(String summary, List<String> rights) {
    return rights.stream().mapToDouble(right -> score(summary, right)).max().orElse(0);
  }

  /** Length of the longest common subsequence, in time a·b and room b. */
  static int commonSubsequence(int[] a, int[] b) {
    int[] above = new int[b.length + 1];
    int[] row = new int[b.length + 1];
    for (int word : a) {
      for (int j = 0; j < b.length; j++) {
        row[j + 1] = word == b[j] ? above[j] + 1 : Math.max(above[j + 1], row[j]);
      }
      int[] done = above;
      above = row;
      row = done;
    }
    return above[b.length];
  }

  private static int[] words(String text, Map<String, Integer> numbers) {
    int[] words =
        Arrays.stream(PARTING.split(text))
            .filter(word -> !word.isEmpty())
            .mapToInt(word -> numbers.computeIfAbsent(word, unseen -> numbers.size()))
            .toArray();
    if (words.length > MOST_WORDS) {
      throw new IllegalArgumentException(
          "ROUGE-L compares texts of up to %d words, not %d".formatted(MOST_WORDS, words.length));
    }
    return words;
  }
}

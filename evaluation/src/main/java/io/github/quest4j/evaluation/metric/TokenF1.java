package io.github.quest4j.evaluation.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The F-measure of the words that an answer shares with the right one, as SQuAD (arXiv 1606.05250)
 * and LongBench (arXiv 2308.14508) count them: lower case, without ASCII punctuation and English
 * articles; a word counts as often as both hold it.
 */
public final class TokenF1 {

  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
  private static final Pattern ARTICLE =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private TokenF1() {}

  /**
   * Compares an answer with a right one.
   *
   * @return 0, if they share no word, to 1; 0 too where either has no words
   */
  public static double score(String answer, String right) {
    List<String> given = words(answer);
    List<String> wanted = words(right);
    Map<String, Integer> left = new HashMap<>();
    wanted.forEach(word -> left.merge(word, 1, Integer::sum));
    int shared = 0;
    for (String word : given) {
      if (left.getOrDefault(word, 0) > 0) {
        left.merge(word, -1, Integer::sum);
        shared++;
      }
    }
    if (shared == 0) {
      return 0;
    }
    double precision = (double) shared / given.size();
    double recall = (double) shared / wanted.size();
    return 2 * precision * recall / (precision + recall);
  }

  /**
   * The best score over several right answers.
   *
   * @return 0 to 1; 0 of no right answers
   */
  public static double best(String answer, List<String> rights) {
    return rights.stream().mapToDouble(right -> score(answer, right)).max().orElse(0);
  }

  private static List<String> words(String text) {
    String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    String bare = ARTICLE.matcher(plain).replaceAll(" ");
    return Arrays.stream(SPACE.split(bare)).filter(word -> !word.isEmpty()).toList();
  }
}

package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Counts words and newlines as tokens, and one before them, for tests without a model. */
final class SpaceTokens implements TokenCount {

  private static final Pattern WORD = Pattern.compile("\\n|[^\\s]+");

  /** Texts that were counted. */
  int counted;

  /** Tokens that were counted, over all texts. */
  long total;

  @Override
  public int of(String text) {
    int count = 1 + split(text).size();
    counted++;
    total += count;
    return count;
  }

  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    WORD.matcher(text).results().forEach(found -> words.add(found.group()));
    return words;
  }
}

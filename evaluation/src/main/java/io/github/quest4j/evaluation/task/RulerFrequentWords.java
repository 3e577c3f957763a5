package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * RULER's frequent words: coded words whose counts fall with the square of their rank (a zeta
 * distribution with exponent 2). The first rank, and what rounding leaves, is taken by dots, which
 * are not asked for.
 */
final class RulerFrequentWords {

  /** Words of the shortest text: enough that the asked words differ in count. */
  private static final int LEAST = 64;

  private static final int ASKED = 3;
  private static final String DOTS = "...";
  private static final double ZETA_2 = Math.PI * Math.PI / 6;
  private static final String HEADER =
      "Below is a text in code. Count how often each coded word stands in it; the dots mean"
          + " nothing.\n\n";
  private static final String QUESTION =
      "Question: Which three coded words stand most often in this text?"
          + " Answer: The three coded words that stand most often are:";

  private RulerFrequentWords() {}

  static RulerDraft draft(SplittableRandom random) {
    long shuffle = random.nextLong();
    Set<String> coded = new LinkedHashSet<>();
    while (coded.size() < ASKED) {
      coded.add(coded(random));
    }
    List<String> words = new ArrayList<>(coded);
    return new RulerDraft(
        units -> HEADER + text(LEAST + units, words, coded, random, shuffle) + "\n\n",
        QUESTION,
        List.copyOf(words));
  }

  private static String text(
      int total, List<String> words, Set<String> coded, SplittableRandom random, long shuffle) {
    List<String> all = new ArrayList<>(total);
    for (int rank = 2; count(total, rank) > 0; rank++) {
      while (words.size() < rank - 1) {
        String next = coded(random);
        if (coded.add(next)) {
          words.add(next);
        }
      }
      all.addAll(Collections.nCopies(count(total, rank), words.get(rank - 2)));
    }
    all.addAll(Collections.nCopies(total - all.size(), DOTS));
    return String.join(" ", Words.draw(new SplittableRandom(shuffle), all, all.size()));
  }

  /** How often the word of a rank, from 2, stands in a text of so many words. */
  static int count(int total, int rank) {
    return (int) (total / (ZETA_2 * rank * rank));
  }

  private static String coded(SplittableRandom random) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }
}

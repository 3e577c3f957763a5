package io.github.quest4j.evaluation.task;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Lists of words, drawing from them, and finding them in answers. */
final class Words {

  private static final Pattern COMMA = Pattern.compile(",\\s*");

  private Words() {}

  /** The phrases of a text block, parted by commas. */
  static List<String> phrases(String block) {
    return Arrays.stream(COMMA.split(block.strip())).map(String::strip).toList();
  }

  /** So many different ones, in random order. */
  static List<String> draw(SplittableRandom random, List<String> from, int count) {
    String[] drawn = from.toArray(String[]::new);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(drawn.length - i);
      String chosen = drawn[other];
      drawn[other] = drawn[i];
      drawn[i] = chosen;
    }
    return List.of(Arrays.copyOf(drawn, count));
  }

  /** Where a word or phrase stands in a text as a whole, whatever its case; -1 for nowhere. */
  static int position(String text, String word) {
    var found =
        Pattern.compile(
                "(?<![\\p{L}\\p{N}])" + Pattern.quote(word) + "(?![\\p{L}\\p{N}])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
            .matcher(text);
    return found.find() ? found.start() : -1;
  }
}

package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** RULER's common words: a numbered list where ten words stand more often than all others. */
final class RulerCommonWords {

  private static final int COMMON = 10;
  private static final int EXAMPLE_OTHERS = 8;
  private static final String HEADER =
      "Below is a numbered list of words. Some of them stand in it more often than the others."
          + " Remember those.\n\n";
  private static final String QUESTION =
      ("Question: Which %1$d words stand most often in this list?"
              + " Answer: The %1$d words that stand most often are:")
          .formatted(COMMON);
  private static final List<String> FIRST =
      Words.phrases(
          """
          apple, barn, bell, bird, book, bread, brick, broom, cabin, candle, castle, cedar, chalk,
          cloud, copper, corn, cotton, creek, dawn, desert, door, eagle, ember, fern, field,
          flint, forest, frost, garden, glass, hammer, harbor, hazel, honey, iron, ivory, kettle,
          lake, lamp, leaf, lemon, maple, meadow, mint, moon, moss, mountain, night, ocean, olive,
          paper, pearl, pepper, pine, rain, river, saddle, salt, shadow, silver, stone, summer,
          thunder, winter
          """);
  private static final List<String> SECOND =
      Words.phrases(
          """
          arch, bank, basket, beam, bench, blade, boat, bow, box, bridge, brook, bucket, cap,
          cart, chain, chair, cliff, coat, crown, cup, drum, fence, flag, flute, gate, globe,
          glove, hall, hat, hill, hook, horn, house, jar, key, kite, ladder, lock, mask, mill,
          nest, oven, path, pipe, plate, pond, ring, roof, rope, shelf, ship, spoon, spring,
          stair, table, tent, tower, trail, tray, valley, wagon, wall, wheel, yard
          """);
  private static final int PAIRS = 64 * 64;

  private RulerCommonWords() {}

  static RulerDraft draft(int length, SplittableRandom random) {
    int often = length >= 4_096 ? 30 : length >= 2_048 ? 10 : 4;
    int seldom = length >= 4_096 ? 3 : 1;
    // the index of a word is spread over all pairs; an odd factor leaves none out
    int factor = 2 * random.nextInt(PAIRS / 2) + 1;
    int shift = random.nextInt(PAIRS);
    long shuffle = random.nextLong();
    List<String> common = words(0, COMMON, factor, shift);
    int others = 2 * COMMON + EXAMPLE_OTHERS;
    String example =
        HEADER
            + list(
                words(COMMON, 2 * COMMON, factor, shift),
                3,
                words(2 * COMMON, others, factor, shift),
                1,
                random.nextLong())
            + QUESTION
            + numbered(words(COMMON, 2 * COMMON, factor, shift))
            + "\n\n\n";
    return new RulerDraft(
        units ->
            example
                + HEADER
                + list(
                    common, often, words(others, others + units, factor, shift), seldom, shuffle),
        QUESTION,
        common);
  }

  private static List<String> words(int from, int to, int factor, int shift) {
    List<String> words = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      words.add(word(i, factor, shift));
    }
    return words;
  }

  /** Two words in one, and past all pairs a third between them: no word is part of another. */
  static String word(int index, int factor, int shift) {
    int pair = Math.floorMod((long) index * factor + shift, PAIRS);
    StringBuilder word = new StringBuilder(FIRST.get(pair / 64));
    for (int more = index / PAIRS; more > 0; more /= 64) {
      word.append(FIRST.get((more - 1) % 64));
    }
    return word.append(SECOND.get(pair % 64)).toString();
  }

  private static String list(
      List<String> common, int often, List<String> others, int seldom, long shuffle) {
    List<String> all = new ArrayList<>(common.size() * often + others.size() * seldom);
    for (int i = 0; i < often; i++) {
      all.addAll(common);
    }
    for (int i = 0; i < seldom; i++) {
      all.addAll(others);
    }
    return numbered(Words.draw(new SplittableRandom(shuffle), all, all.size())).strip() + "\n\n";
  }

  private static String numbered(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      text.append(' ').append(i + 1).append(". ").append(words.get(i));
    }
    return text.toString();
  }
}

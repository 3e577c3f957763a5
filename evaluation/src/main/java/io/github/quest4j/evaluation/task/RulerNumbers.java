package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** RULER's needles: keys with numbers of seven digits, in prose. */
final class RulerNumbers {

  private static final int NEEDLES = 4;
  private static final String HEADER =
      "Some parcel numbers are hidden in this text. Keep them in mind.\n\n";
  private static final List<String> COLOURS =
      Words.phrases(
          "amber, scarlet, turquoise, violet, crimson, indigo, golden, emerald, maroon, beige");
  private static final List<String> OBJECTS =
      Words.phrases(
          """
          falcon, trumpet, anchor, comet, dolphin, teapot, glacier, mirror, puzzle, rocket, sword,
          temple, tunnel, wizard, zeppelin, bracelet
          """);

  private RulerNumbers() {}

  static RulerDraft draft(Ruler.Kind kind, SplittableRandom random) {
    boolean oneKey = kind == Ruler.Kind.SINGLE || kind == Ruler.Kind.MULTI_VALUE;
    int needles = kind == Ruler.Kind.SINGLE ? 1 : NEEDLES;
    List<String> colours = Words.draw(random, COLOURS, needles);
    List<String> objects = Words.draw(random, OBJECTS, needles);
    List<String> numbers = numbers(random, needles);
    List<String> keys = new ArrayList<>();
    List<String> planted = new ArrayList<>();
    for (int i = 0; i < needles; i++) {
      int key = oneKey ? 0 : i;
      keys.add("the " + colours.get(key) + " " + objects.get(key));
      planted.add("A parcel number of " + keys.get(i) + " is " + numbers.get(i) + ".");
    }
    double[] depths = random.doubles(needles).sorted().toArray();
    // the first needle is the one asked for, so the depths it may take are drawn too
    List<String> order = Words.draw(random, planted, needles);
    Prose prose = new Prose(random);
    return new RulerDraft(
        units -> HEADER + prose.with(units, order, depths) + "\n\n",
        question(kind, keys),
        kind == Ruler.Kind.MULTI_KEY ? List.of(numbers.getFirst()) : numbers);
  }

  private static String question(Ruler.Kind kind, List<String> keys) {
    String first = keys.getFirst();
    return switch (kind) {
      case MULTI_VALUE ->
          "What are the four parcel numbers of %1$s? The four parcel numbers of %1$s are"
              .formatted(first);
      case MULTI_QUERY ->
          "What are the parcel numbers of %1$s? The parcel numbers of %1$s are"
              .formatted(
                  String.join(", ", keys.subList(0, keys.size() - 1)) + " and " + keys.getLast());
      default -> "What is the parcel number of %1$s? A parcel number of %1$s is".formatted(first);
    };
  }

  private static List<String> numbers(SplittableRandom random, int count) {
    Set<String> numbers = new LinkedHashSet<>();
    while (numbers.size() < count) {
      numbers.add(Integer.toString(random.nextInt(1_000_000, 10_000_000)));
    }
    return List.copyOf(numbers);
  }
}

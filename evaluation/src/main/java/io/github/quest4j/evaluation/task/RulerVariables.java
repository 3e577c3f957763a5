package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** RULER's variable tracking: one chain of variables in prose, with one worked example before. */
final class RulerVariables {

  private static final int CHAIN = 5;
  private static final int EXAMPLE_SENTENCES = 6;
  private static final String HEADER =
      "Follow how variables get their values in the text below, where a variable may be set to"
          + " another one.\n\n";

  private RulerVariables() {}

  static RulerDraft draft(SplittableRandom random) {
    List<String> names = names(random, 2 * CHAIN);
    int value = random.nextInt(10_000, 90_000);
    int exampleValue = value + random.nextInt(1, 10_000);
    List<String> exampleNames = names.subList(CHAIN, 2 * CHAIN);
    double[] depths = random.doubles(CHAIN).sorted().toArray();
    String example =
        HEADER
            + new Prose(random.split())
                .with(EXAMPLE_SENTENCES, chain(exampleNames, exampleValue), depths)
            + "\n\n"
            + question(exampleValue)
            + " "
            + String.join(", ", exampleNames)
            + ".\n\n\n";
    List<String> chain = chain(names.subList(0, CHAIN), value);
    double[] places = random.doubles(CHAIN).sorted().toArray();
    Prose prose = new Prose(random);
    return new RulerDraft(
        units -> example + HEADER + prose.with(units, chain, places) + "\n\n",
        question(value),
        List.copyOf(names.subList(0, CHAIN)));
  }

  private static String question(int value) {
    return ("Question: Which variables have the value %1$d in this text?"
            + " Answer: %2$d variables have the value %1$d:")
        .formatted(value, CHAIN);
  }

  private static List<String> chain(List<String> names, int value) {
    List<String> statements = new ArrayList<>();
    String source = Integer.toString(value);
    for (String name : names) {
      statements.add("VAR " + name + " = " + source + ".");
      source = "VAR " + name;
    }
    return statements;
  }

  private static List<String> names(SplittableRandom random, int count) {
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < count) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        name.append((char) ('A' + random.nextInt(26)));
      }
      names.add(name.toString());
    }
    return List.copyOf(names);
  }
}

package io.github.quest4j.engine.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Prose with facts planted in it, each a sentence with a number that nothing else in the text has.
 *
 * @param text paragraphs of sentences
 * @param facts in the order of the text
 */
record NeedleDocument(String text, List<Fact> facts) {

  /**
   * A fact.
   *
   * @param sentence states it
   * @param question asks for it
   * @param beginning of the answer, for a model to complete
   * @param answer four digits
   */
  record Fact(String sentence, String question, String beginning, String answer) {}

  private static final List<String> WHO =
      words(
          "the nurse|an old sailor|the clockmaker|two cousins|the station master|a young violinist"
              + "|the gatekeeper|our neighbour|the cartographer|a retired judge|the glass blower"
              + "|several students|the pilot|the grocer|a quiet poet|the translator");
  private static final List<String> DID =
      words(
          "closed the shutters|wrote a short letter|carried the baskets upstairs|polished the lamps"
              + "|waited for the rain to end|sorted the keys|bought fresh bread|walked the dog"
              + "|repaired the bench|forgot an umbrella|counted the chairs|sang an old tune"
              + "|watered the roses|looked for the ladder|folded the maps|made some tea");
  private static final List<String> WHERE =
      words(
          "near the harbour|behind the theatre|on the top floor|in the garden|by the fountain"
              + "|under the bridge|at the corner|next to the bakery|in the reading room"
              + "|beside the canal|across the street|in the small courtyard");
  private static final List<String> WHEN =
      words(
          "in the morning|before supper|late at night|after the concert|on Sunday|during the storm"
              + "|at noon|in early spring|last winter|once a week");
  private static final List<String> PLACES =
      words("Bergen|Porto|Krakow|Tunis|Malmo|Valencia|Riga|Zagreb|Quito|Geneva");
  private static final List<String> PEOPLE =
      words(
          "Martha Quill|Doctor Osei|Captain Vance|Ilse Hartmann|Tomas Rivera|Lady Penrose"
              + "|Inspector Boyle|Rosa Almeida");
  private static final List<String> THINGS =
      words("blue suitcase|copper kettle|wooden globe|golden harp|white sailboat|stone lion");

  private static List<String> words(String list) {
    return Arrays.asList(list.split("\\|"));
  }

  /** A document of so many sentences, with four facts in its four quarters. */
  static NeedleDocument of(int sentences, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Fact> facts = facts(random);
    StringBuilder text = new StringBuilder();
    int quarter = sentences / facts.size();
    for (int f = 0; f < facts.size(); f++) {
      int at = random.nextInt(quarter);
      for (int i = 0; i < quarter; i++) {
        if (i == at) {
          text.append(facts.get(f).sentence()).append(' ');
        }
        text.append(sentence(random)).append(i % 6 == 5 ? "\n" : " ");
      }
    }
    return new NeedleDocument(text.toString().strip(), facts);
  }

  private static List<Fact> facts(SplittableRandom random) {
    List<Fact> facts = new ArrayList<>();
    int first = random.nextInt(5);
    int number = 1_000 + random.nextInt(1_500);
    for (int i = 0; i < 4; i++) {
      facts.add(fact(random, (first + i) % 5, Integer.toString(number)));
      number += 1_001 + random.nextInt(1_000);
    }
    return facts;
  }

  private static Fact fact(SplittableRandom random, int sort, String number) {
    return switch (sort) {
      case 0 -> {
        String what = "the serial number of the " + pick(random, THINGS);
        yield stated(what + " is", "What is " + what + "?", number, "");
      }
      case 1 -> {
        String who = pick(random, PEOPLE);
        yield stated(
            "the passport of " + who + " has the number",
            "What is the passport number of " + who + "?",
            number,
            "");
      }
      case 2 -> {
        String where = pick(random, PLACES);
        yield stated(
            "the library of " + where + " owns",
            "How many books does the library of " + where + " own?",
            number,
            " books");
      }
      case 3 -> {
        String where = pick(random, PLACES);
        yield stated(
            "the secret code for the safe in " + where + " is",
            "What is the secret code for the safe in " + where + "?",
            number,
            "");
      }
      default -> {
        String who = pick(random, PEOPLE);
        yield stated(
            who + " climbed the mountain in the year",
            "In which year did " + who + " climb the mountain?",
            number,
            "");
      }
    };
  }

  private static Fact stated(String beginning, String question, String number, String rest) {
    String begun = Character.toUpperCase(beginning.charAt(0)) + beginning.substring(1);
    return new Fact(begun + " " + number + rest + ".", question, begun, number);
  }

  private static String sentence(SplittableRandom random) {
    String made =
        switch (random.nextInt(4)) {
          case 0 -> pick(random, WHO) + " " + pick(random, DID) + " " + pick(random, WHERE);
          case 1 -> pick(random, WHEN) + ", " + pick(random, WHO) + " " + pick(random, DID);
          case 2 -> pick(random, WHO) + " and " + pick(random, WHO) + " met " + pick(random, WHERE);
          default ->
              pick(random, WHO)
                  + " "
                  + pick(random, DID)
                  + " "
                  + pick(random, WHEN)
                  + ", and "
                  + pick(random, WHO)
                  + " "
                  + pick(random, DID);
        };
    return Character.toUpperCase(made.charAt(0)) + made.substring(1) + ".";
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

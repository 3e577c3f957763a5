package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fact that prose can hide.
 *
 * @param sentence states it
 * @param question asks for it and begins the answer for the model to complete
 * @param answer the word or number that must come
 */
record Fact(String sentence, String question, String answer) {

  private static final List<String> NAMES =
      Words.phrases(
          """
          Agnes Holm, Viola Brandt, Doctor Marlow, Captain Reyes, Professor Ito, Leonid Falk,
          Miss Ferreira, Oscar Lindqvist, Judge Abara, Colonel Whitby, Nadia Petrov, Signora Conti
          """);
  private static final List<String> FIRST_NAMES =
      Words.phrases(
          """
          Edmund, Beatrice, Tobias, Rosalind, Hector, Matilda, Gideon, Clara, Rupert, Esther,
          Silas, Florence, Walter, Ingrid, Barnaby, Harriet
          """);
  private static final List<String> THINGS =
      Words.phrases(
          """
          red lantern, silver trunk, velvet armchair, marble clock, green piano, ivory chessboard,
          crystal globe, bronze telescope, yellow umbrella, iron typewriter, purple curtain,
          glass violin
          """);
  private static final List<String> SHIPS =
      Words.phrases(
          """
          Silver Otter, Morning Queen, Black Pearl Diver, Golden Anchor, Polar Wanderer,
          Coral Dancer, Night Falcon, Proud Admiral
          """);
  private static final List<String> FRUITS =
      Words.phrases(
          """
          papaya, mango, apricot, pineapple, banana, raspberry, melon, cherry, coconut, lemon,
          grape, peach
          """);
  private static final List<String> CITIES =
      Words.phrases(
          """
          Lisbon, Cairo, Helsinki, Toronto, Nairobi, Vienna, Lima, Oslo, Sydney, Dublin, Warsaw,
          Athens, Madrid, Boston
          """);
  private static final List<String> MEETINGS =
      Words.phrases(
          """
          congress of astronomers, festival of puppets, reunion of the divers,
          conference on volcanoes, exhibition of kites, championship of jugglers,
          assembly of the cartographers
          """);
  private static final List<String> ANIMALS =
      Words.phrases(
          """
          otter, parrot, monkey, tortoise, zebra, penguin, leopard, lizard, camel, elephant,
          falcon, tiger
          """);
  private static final List<String> PASSWORDS =
      Words.phrases(
          """
          thunderbolt, saffron, labyrinth, pyramid, horizon, cathedral, diamond, sandstorm,
          orchestra, meteor, cinnamon, waterfall
          """);
  private static final List<String> ARCHIVES =
      Words.phrases(
          """
          northern archive, naval archive, museum archive, hospital archive, police archive,
          university archive
          """);
  private static final List<String> VAULTS =
      Words.phrases(
          "royal vault, hidden vault, central vault, merchant's vault, bishop's vault, desert vault");

  /** Ways to state a fact and to ask for it. */
  static final int PHRASINGS = 8;

  /**
   * Makes a fact.
   *
   * @param phrasing any number; what matters is its remainder by {@link #PHRASINGS}
   */
  static Fact of(SplittableRandom random, int phrasing) {
    return switch (Math.floorMod(phrasing, PHRASINGS)) {
      case 0 -> {
        String subject = "the storage code of the " + pick(random, THINGS);
        yield stated("What is " + subject + "?", subject + " is", number(random));
      }
      case 1 -> {
        String subject = "the captain of the " + pick(random, SHIPS);
        yield stated(
            "What is the name of " + subject + "?",
            subject + " goes by the name of",
            pick(random, FIRST_NAMES));
      }
      case 2 -> {
        String subject = "the favourite fruit of " + pick(random, NAMES);
        yield stated("What is " + subject + "?", subject + " is the", pick(random, FRUITS));
      }
      case 3 -> {
        String subject = "the " + pick(random, MEETINGS);
        yield stated(
            "In which city is " + subject + " held?",
            subject + " is held in the city of",
            pick(random, CITIES));
      }
      case 4 -> {
        String owner = pick(random, NAMES);
        yield stated(
            "Which locker belongs to " + owner + "?",
            "the locker of " + owner + " has the number",
            number(random));
      }
      case 5 -> {
        String owner = pick(random, NAMES);
        yield stated(
            "Which animal does " + owner + " keep as a pet?",
            owner + " keeps as a pet a tame",
            pick(random, ANIMALS));
      }
      case 6 -> {
        String subject = "the password of the " + pick(random, ARCHIVES);
        yield stated(
            "Which word is " + subject + "?", subject + " is the word", pick(random, PASSWORDS));
      }
      default -> {
        String place = pick(random, VAULTS);
        yield stated(
            "How many gold coins lie in the " + place + "?",
            "the number of gold coins in the " + place + " is",
            number(random));
      }
    };
  }

  /** Several facts, each in another phrasing and with another answer. */
  static List<Fact> several(SplittableRandom random, int firstPhrasing, int count) {
    List<Fact> facts = new ArrayList<>();
    while (facts.size() < count) {
      Fact fact = of(random, firstPhrasing + facts.size());
      if (facts.stream().noneMatch(other -> other.answer().equals(fact.answer()))) {
        facts.add(fact);
      }
    }
    return List.copyOf(facts);
  }

  private static String number(SplittableRandom random) {
    return Integer.toString(1_000 + random.nextInt(9_000));
  }

  private static Fact stated(String question, String beginning, String answer) {
    String start = Character.toUpperCase(beginning.charAt(0)) + beginning.substring(1);
    return new Fact(start + " " + answer + ".", question + " " + start, answer);
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

package io.github.quest4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A readable document made from a seed: the log of a harbour, with a few facts planted in it. The
 * same seed makes the same text.
 *
 * @param text the document
 * @param facts what was planted, in the order of the text
 */
record DemoDocument(String text, List<Fact> facts) {

  /**
   * A planted fact.
   *
   * @param question that asks for it
   * @param beginning of the answer, for the model to complete
   * @param answer the words that must come
   */
  record Fact(String question, String beginning, String answer) {}

  private static final List<String> SHIPS =
      List.of(
          "Heron",
          "Marigold",
          "Northern Star",
          "Petrel",
          "Saint Anne",
          "Kestrel",
          "Juniper",
          "Albatross",
          "Blue Ember",
          "Wren");
  private static final List<String> PLACES =
      List.of(
          "the north quay",
          "the old mole",
          "the fish market",
          "the customs house",
          "the long pier",
          "the dry dock",
          "the east basin",
          "the rope walk");
  private static final List<String> GOODS =
      List.of(
          "salted cod",
          "timber",
          "lamp oil",
          "wool",
          "slate",
          "apples",
          "iron nails",
          "barley",
          "clay pipes",
          "sailcloth",
          "coal",
          "honey");
  private static final List<String> WEATHER =
      List.of(
          "A light wind came from the west",
          "Fog lay on the water until noon",
          "Rain fell in short showers",
          "The sky was clear and the sea was calm",
          "A cold wind blew from the north",
          "Low clouds hung over the hills");
  private static final List<String> PEOPLE =
      List.of(
          "the pilot",
          "the harbour master",
          "two carpenters",
          "the clerk",
          "a young sailor",
          "the night watch",
          "the cook",
          "three fishermen");
  private static final List<String> ACTS =
      List.of(
          "repaired the crane",
          "counted the crates",
          "painted the railing",
          "mended the nets",
          "swept the yard",
          "checked the ropes",
          "read the tide tables",
          "carried water to the boats",
          "wrote the list of arrivals",
          "closed the gates");
  private static final List<String> ENDINGS =
      List.of(
          "Nothing else of note happened.",
          "The lamps were lit at dusk.",
          "Everyone went home early.",
          "The gulls were loud all day.",
          "The tide turned without trouble.",
          "The books were closed at six.");
  private static final String[] COLOURS = {"green", "red", "yellow", "blue", "white", "purple"};

  /** Makes a document of about {@code paragraphs} days. */
  static DemoDocument of(long seed, int paragraphs) {
    SplittableRandom random = new SplittableRandom(seed);
    int vault = 10_000 + random.nextInt(90_000);
    int ladder = 20 + random.nextInt(70);
    String door = COLOURS[random.nextInt(COLOURS.length)];
    List<Fact> facts =
        List.of(
            new Fact(
                "What is the secret code of the vault?",
                "The secret code of the vault is",
                Integer.toString(vault)),
            new Fact(
                "How many steps does the lighthouse have?",
                "The lighthouse has",
                ladder + " steps"),
            new Fact(
                "What colour is the door of the boat house?",
                "The door of the boat house is",
                door));
    String[] sentences = {
      "The secret code of the vault is "
          + vault
          + ". Remember it: "
          + vault
          + " is the secret code of the vault.",
      "The lighthouse has "
          + ladder
          + " steps, and the keeper climbs all "
          + ladder
          + " steps every evening.",
      "The door of the boat house is " + door + ".",
    };
    int[] places = {paragraphs * 2 / 5, paragraphs * 3 / 5, paragraphs * 4 / 5};
    StringBuilder text = new StringBuilder("The harbour log\n\n");
    int planted = 0;
    for (int day = 1; day <= paragraphs; day++) {
      List<String> lines = new ArrayList<>();
      lines.add("Day " + day + ".");
      lines.add(pick(random, WEATHER) + ".");
      int events = 2 + random.nextInt(3);
      for (int i = 0; i < events; i++) {
        lines.add(event(random));
      }
      if (planted < places.length && day == places[planted]) {
        lines.add(sentences[planted++]);
      }
      lines.add(pick(random, ENDINGS));
      text.append(String.join(" ", lines)).append("\n\n");
    }
    return new DemoDocument(text.toString(), facts);
  }

  private static String event(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          "The "
              + pick(random, SHIPS)
              + " came in with "
              + pick(random, GOODS)
              + " and lay at "
              + pick(random, PLACES)
              + ".";
      case 1 -> {
        String who = pick(random, PEOPLE);
        yield Character.toUpperCase(who.charAt(0))
            + who.substring(1)
            + " "
            + pick(random, ACTS)
            + " near "
            + pick(random, PLACES)
            + ".";
      }
      default ->
          "The "
              + pick(random, SHIPS)
              + " sailed with "
              + pick(random, GOODS)
              + " and "
              + pick(random, GOODS)
              + " on board.";
    };
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

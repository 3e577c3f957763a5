package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Readable prose without end about the daily life of a valley, made from a seed. It holds no digit
 * and none of the words that {@link Fact} plants. Longer texts of the same seed begin with the
 * shorter ones.
 */
public final class Prose {

  private static final List<String> PEOPLE =
      Words.phrases(
          """
          the baker, the old ferryman, the schoolteacher, a tired postman, the miller's daughter,
          the young blacksmith, two shepherds, the gardener, a travelling tailor, the beekeeper,
          the mayor's brother, several children, the midwife, a quiet carpenter, the innkeeper,
          the organist, three farmhands, the stonemason, an elderly weaver, the forester,
          the potter, a passing soldier, the bell ringer, the cheesemaker,
          the widow from upstairs, the apprentice, a group of students, the chimney sweep,
          the librarian, the cook
          """);
  private static final List<String> DEEDS =
      Words.phrases(
          """
          repaired the gate, counted the sacks of flour, sharpened the scythes,
          hung out the washing, talked about the price of hay, waited for the coach,
          carried firewood to the barn, painted the window frames, read an old letter aloud,
          fed the chickens, cleared the ditch, sang while working, argued about a fence,
          looked for a lost mitten, baked rye bread, stacked empty barrels, mended a torn blanket,
          planted a row of beans, swept the steps, measured a plank twice, oiled the hinges,
          picked sour apples, slept through the afternoon, wrote a list of errands,
          told a long story, watched the clouds, greased the cart wheels, folded linen sheets,
          boiled a pot of soup, shook the dust from the rugs
          """);
  private static final List<String> PLACES =
      Words.phrases(
          """
          by the mill, behind the church, near the wooden bridge, on the market square,
          at the edge of the forest, in the narrow lane, under the chestnut trees,
          beside the stream, in front of the inn, on the hillside, next to the smithy,
          along the orchard wall, at the crossroads, in the upper meadow, below the quarry,
          outside the schoolhouse, by the village pond, in the courtyard, on the southern slope,
          close to the sheepfold, among the haystacks, at the bend of the river
          """);
  private static final List<String> TIMES =
      Words.phrases(
          """
          in the morning, before breakfast, at noon, late in the day, shortly after sunrise,
          on the way home, during the harvest, after the rain, when the bells rang,
          towards evening, on the day of the fair, in the first week of spring,
          while the others rested, as soon as the fog lifted, at the end of the month,
          all through the winter, before the guests arrived, on a warm afternoon
          """);
  private static final List<String> WEATHER =
      Words.phrases(
          """
          a soft wind moved the grass, the sky turned grey over the hills, snow lay on the roofs,
          the sun came out for a while, thunder rolled far away, the air smelled of wet earth,
          mist filled the valley, a light drizzle fell, the roads were dry and dusty,
          frost covered the fields, the evening was mild and still,
          heavy clouds gathered in the west, the river ran high and brown,
          the leaves began to fall
          """);
  private static final List<String> GOODS =
      Words.phrases(
          """
          wool, flour, candles, cider, leather, roof tiles, potatoes, goat cheese, lumber, linen,
          dried mushrooms, charcoal, clay jugs, straw hats, seed grain, soap, tools, paper, salt,
          pickled cabbage, baskets, nails, walnuts, copper kettles
          """);
  private static final List<String> QUALITIES =
      Words.phrases(
          """
          cheaper than last year, better than expected, hard to find, of very good quality,
          heavier than it looked, sold out by midday, too expensive for most,
          ready to be sent off, stored in a dry place, wanted in every household, a little damp,
          not worth the trouble
          """);
  private static final List<String> BEASTS =
      Words.phrases(
          """
          the grey mare, a stray dog, the neighbour's cow, a flock of geese, the black ram,
          two oxen, the donkey, a pair of swallows, the rooster, an old mule, the lambs,
          a blackbird
          """);
  private static final List<String> MOVES =
      Words.phrases(
          """
          wandered through the garden, refused to cross the ford, rested in the shade,
          ran off across the stubble, drank from the trough, stood at the fence for hours,
          followed the cart to the next village, made a great deal of noise, hid behind the shed,
          came back on their own account, ate the tops of the turnips, would not be hurried
          """);
  private static final List<String> OPINIONS =
      Words.phrases(
          """
          the work would be done by Sunday, nobody had slept well, the bridge needed new planks,
          such weather could not last, the new road was a mistake,
          everything had been quieter once, the soup wanted more pepper,
          there was no reason to hurry, the bells sounded out of tune,
          strangers were always welcome, the roof would hold another year,
          the well had never run dry, a good coat was worth its price,
          music made the evenings shorter
          """);
  private static final List<String> ENDINGS =
      Words.phrases(
          """
          nobody was surprised, it took longer than planned, no one spoke of it again,
          there was laughter afterwards, supper was late that day, the matter was soon forgotten,
          everything was put back in its place, the rest could wait, it made little difference,
          they were thanked for it, the lamps had to be lit early, it was talked about for weeks
          """);

  private final SplittableRandom random;
  private final List<String> sentences = new ArrayList<>();

  /** At least so many characters of it. */
  public static String ofLength(int characters, long seed) {
    int sentences = Math.max(1, characters / 40);
    String text = "";
    while (text.length() < characters) {
      sentences += sentences / 2 + 1;
      text = new Prose(new SplittableRandom(seed)).with(sentences, List.of(), new double[0]);
    }
    return text;
  }

  /** A text decided by these random numbers, of which it takes over the sequence. */
  Prose(SplittableRandom random) {
    this.random = random;
  }

  /**
   * A text of so many sentences, with other sentences put between them.
   *
   * @param count sentences of prose
   * @param planted sentences to put in, in the order of their depths
   * @param depths 0..1 of each: the share of the prose before it
   * @return paragraphs of five sentences of prose, joined by newlines; no newline at the end
   */
  String with(int count, List<String> planted, double[] depths) {
    while (sentences.size() < count) {
      sentences.add(sentence());
    }
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (int i = 0; i <= count; i++) {
      while (next < depths.length && Math.round(count * depths[next]) == i) {
        append(text, planted.get(next), text.isEmpty() || text.charAt(text.length() - 1) == '\n');
        next++;
      }
      if (i < count) {
        append(text, sentences.get(i), text.isEmpty() || text.charAt(text.length() - 1) == '\n');
        if (i % 5 == 4 && i < count - 1) {
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String sentence, boolean first) {
    text.append(first ? "" : " ").append(sentence);
  }

  private String sentence() {
    String made =
        switch (random.nextInt(9)) {
          case 0 -> pick(PEOPLE) + " " + pick(DEEDS) + " " + pick(PLACES);
          case 1 -> pick(TIMES) + ", " + pick(PEOPLE) + " " + pick(DEEDS);
          case 2 -> pick(WEATHER) + ", and " + pick(PEOPLE) + " " + pick(DEEDS);
          case 3 -> pick(PEOPLE) + " and " + pick(PEOPLE) + " met " + pick(PLACES);
          case 4 -> "the " + pick(GOODS) + " from the valley was " + pick(QUALITIES);
          case 5 -> pick(TIMES) + ", " + pick(BEASTS) + " " + pick(MOVES);
          case 6 -> pick(PEOPLE) + " said that " + pick(OPINIONS);
          case 7 -> pick(PEOPLE) + " " + pick(DEEDS) + " " + pick(TIMES) + "; " + pick(ENDINGS);
          default ->
              "a cart with " + pick(GOODS) + " and " + pick(GOODS) + " stood " + pick(PLACES);
        };
    return Character.toUpperCase(made.charAt(0)) + made.substring(1) + ".";
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

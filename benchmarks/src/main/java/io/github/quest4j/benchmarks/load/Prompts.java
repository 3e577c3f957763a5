package io.github.quest4j.benchmarks.load;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The requests of a load, each decided by seed, round and number alone. Every prompt begins with a
 * line that no other one has, so that a server's cache finds nothing but the chat template unless a
 * document is shared.
 */
final class Prompts {

  /** The round of the warm-up. */
  static final int WARM_UP = -1;

  /** The round of the calibration. */
  static final int CALIBRATION = -2;

  private static final int MIN_BOOK = 1 << 17; // characters
  private static final List<String> ASKED =
      List.of(
          "What did the %s do",
          "Where was the %s seen",
          "Who talked about the %s",
          "What happened before the %s was mentioned",
          "How often is the %s mentioned",
          "What was the weather like when the %s appeared",
          "Why was the %s there",
          "What did people think of the %s");
  private static final List<String> SUBJECTS =
      List.of(
          "baker",
          "ferryman",
          "schoolteacher",
          "postman",
          "blacksmith",
          "gardener",
          "beekeeper",
          "carpenter",
          "grey mare",
          "stray dog",
          "black ram",
          "donkey",
          "flour",
          "cider",
          "leather");

  private final LoadPlan plan;
  private final Calibration calibration;
  private final String book;

  Prompts(LoadPlan plan, Calibration calibration, TextSource source) {
    this.plan = plan;
    this.calibration = calibration;
    int longest = plan.promptTokens().max();
    longest = Math.max(longest, plan.document().map(SharedDocument::tokens).orElse(0));
    longest = Math.max(longest, plan.intrusion().map(Intrusion.Plan::tokens).orElse(0));
    // Twice as long, so that prompts begin at different places.
    int characters = Math.max(MIN_BOOK, Math.multiplyExact(2, calibration.characters(longest)));
    this.book = source.ofLength(characters, plan.seed());
  }

  /** A request of the load itself. */
  LoadRequest request(int round, int index) {
    SplittableRandom random = random(round, index);
    int tokens = plan.promptTokens().draw(random);
    int maxTokens = plan.outputTokens().draw(random);
    if (plan.document().isEmpty()) {
      String prompt = text(random, index, calibration.characters(tokens));
      return new LoadRequest(Role.ORDINARY, prompt, maxTokens);
    }
    return new LoadRequest(
        index == 0 ? Role.FIRST_QUESTION : Role.LATER_QUESTION,
        document(plan.document().get(), round) + "\n\n" + question(random, index),
        maxTokens);
  }

  /** The long prompt of a round. */
  LoadRequest intruder(int round, Intrusion.Plan intrusion) {
    SplittableRandom random = random(round, -1);
    int characters = calibration.characters(intrusion.tokens());
    return new LoadRequest(
        Role.INTRUDER, text(random, 0, characters), plan.outputTokens().draw(random));
  }

  /** A prompt of exactly so many characters (a word more or less) with an answer of one token. */
  LoadRequest sample(int index, int characters) {
    return new LoadRequest(Role.ORDINARY, text(random(CALIBRATION, index), index, characters), 1);
  }

  private String document(SharedDocument document, int round) {
    SplittableRandom random = random(round, -2);
    return document.text().isEmpty()
        ? text(random, round, calibration.characters(document.tokens()))
        : heading(random, round) + document.text();
  }

  private static String question(SplittableRandom random, int index) {
    String asked = ASKED.get(random.nextInt(ASKED.size()));
    String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
    return "Question %d. %s, according to the text above?"
        .formatted(index + 1, asked.formatted(subject));
  }

  private String text(SplittableRandom random, int index, int characters) {
    String heading = heading(random, index);
    int length = Math.max(1, characters - heading.length());
    int from = wordAfter(random.nextInt(Math.max(1, book.length() - length - 1)));
    int to = Math.min(book.length(), wordAfter(Math.min(book.length() - 1, from + length)));
    return heading + book.substring(from, to).strip();
  }

  private static String heading(SplittableRandom random, int index) {
    return (100_000 + random.nextInt(900_000)) + " is the number of letter " + index + ". ";
  }

  private int wordAfter(int at) {
    int space = book.indexOf(' ', at);
    return space < 0 ? book.length() : space + 1;
  }

  private SplittableRandom random(int round, int index) {
    return random(plan.seed(), round, index);
  }

  /** Random numbers that depend on nothing else. */
  static SplittableRandom random(long seed, int round, int index) {
    long high = new SplittableRandom(seed).nextLong() + round;
    return new SplittableRandom(new SplittableRandom(high).nextLong() + index);
  }
}

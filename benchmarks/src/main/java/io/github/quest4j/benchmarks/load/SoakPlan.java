package io.github.quest4j.benchmarks.load;

/**
 * What clients do to a server in a soak.
 *
 * @param seconds of the part that counts
 * @param warmUp seconds of the same before it, after which memory and threads are read for the
 *     first time
 * @param settle seconds of rest before they are read
 * @param clients at a time
 * @param questions that are different; each is asked alone beforehand
 * @param documents that half of the questions share
 * @param documentTokens of each, about
 * @param promptTokens of the other prompts, at most, about
 * @param outputTokens of an answer, at most
 * @param vanishing share of the requests whose clients go before the end
 * @param bad share of the requests that must be refused
 * @param rude share of the connections that send little or nothing
 * @param seed of everything drawn
 */
public record SoakPlan(
    double seconds,
    double warmUp,
    double settle,
    int clients,
    int questions,
    int documents,
    int documentTokens,
    int promptTokens,
    int outputTokens,
    double vanishing,
    double bad,
    double rude,
    long seed) {

  private static final double MAX_SECONDS = 7 * 86_400;
  private static final int MAX_TOKENS = 1 << 20;

  /** Checks the values. */
  public SoakPlan {
    requireRange("seconds", seconds, 1, MAX_SECONDS);
    requireRange("seconds of the warm-up", warmUp, 0, MAX_SECONDS);
    requireRange("seconds of rest", settle, 0, 3_600);
    requireRange("clients", clients, 1, 4_096);
    requireRange("questions", questions, 1, 10_000);
    requireRange("documents", documents, 1, 1_000);
    requireRange("tokens of a document", documentTokens, 1, MAX_TOKENS);
    requireRange("tokens of a prompt", promptTokens, 16, MAX_TOKENS);
    requireRange("tokens of an answer", outputTokens, 1, MAX_TOKENS);
    requireRange("share of vanishing clients", vanishing, 0, 1);
    requireRange("share of bad requests", bad, 0, 1);
    requireRange("share of rude connections", rude, 0, 1);
    requireRange("these three shares together", vanishing + bad + rude, 0, 1);
  }

  private static void requireRange(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "%s: %s is not in %s..%s".formatted(name, value, min, max));
    }
  }
}

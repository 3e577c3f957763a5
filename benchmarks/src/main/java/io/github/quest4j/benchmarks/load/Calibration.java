package io.github.quest4j.benchmarks.load;

/**
 * How many tokens a server makes of a text.
 *
 * @param overhead tokens of an empty prompt: what the chat template adds
 * @param charactersPerToken of the texts sent
 * @param measured whether the server told; else both are a guess
 */
public record Calibration(double overhead, double charactersPerToken, boolean measured) {

  /** What English prose has with most vocabularies; for servers that tell no token counts. */
  static final Calibration GUESS = new Calibration(10, 4.4, false);

  /** The line through two prompts; a guess where no line goes through them. */
  static Calibration of(int characters, int tokens, int moreCharacters, int moreTokens) {
    double each = (double) (moreCharacters - characters) / (moreTokens - tokens);
    if (moreTokens <= tokens || moreCharacters <= characters) {
      return GUESS;
    }
    return new Calibration(Math.max(0, tokens - characters / each), each, true);
  }

  /** Characters of a prompt of so many tokens. */
  int characters(int tokens) {
    return (int) Math.max(1, Math.round((tokens - overhead) * charactersPerToken));
  }
}

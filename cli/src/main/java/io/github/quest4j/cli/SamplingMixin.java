package io.github.quest4j.cli;

import io.github.quest4j.engine.sample.SamplingOptions;
import picocli.CommandLine.Option;

/** Options that say how tokens are drawn. */
final class SamplingMixin {

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 takes the most likely token (default: ${DEFAULT-VALUE})")
  float temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "0",
      description = "only the N most likely tokens; 0: all (default: ${DEFAULT-VALUE})")
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "only the most likely tokens that together reach P (default: ${DEFAULT-VALUE})")
  float topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "only tokens at least P times as likely as the most likely one (default: ${DEFAULT-VALUE})")
  float minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      defaultValue = "1",
      description = "makes tokens of the last 64 less likely; 1: off (default: ${DEFAULT-VALUE})")
  float repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "of the draw (default: ${DEFAULT-VALUE})")
  long seed;

  SamplingOptions options() {
    return SamplingOptions.GREEDY
        .withTemperature(temperature)
        .withTopK(topK)
        .withTopP(topP)
        .withMinP(minP)
        .withRepetitionPenalty(repetitionPenalty)
        .withSeed(seed);
  }
}

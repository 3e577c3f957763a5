package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.Intrusion;
import io.github.quest4j.benchmarks.load.Lengths;
import io.github.quest4j.benchmarks.load.LoadPlan;
import io.github.quest4j.benchmarks.load.SharedDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code quest bench serve} sends, and when. */
final class LoadMixin {

  private static final int DEFAULT_REQUESTS = 32;

  @Option(
      names = "--streams",
      paramLabel = "N",
      description =
          "closed loop: so many requests are under way at any time (default: 1, without --rate)")
  @Nullable Integer streams;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "open loop: so many requests a second arrive at random moments, whatever becomes of them")
  @Nullable Double rate;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "requests of a round (default: 32, without --duration)")
  @Nullable Integer requests;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "no request is begun later; those under way are awaited")
  @Nullable Double duration;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "LENGTHS",
      defaultValue = "128",
      description =
          "tokens of a prompt: 512, 100..2000, a list, or a mix with weights, 64..256*9,4096*1 (default: ${DEFAULT-VALUE})")
  String promptTokens = "";

  @Option(
      names = "--output-tokens",
      paramLabel = "LENGTHS",
      defaultValue = "64",
      description = "tokens of an answer, written the same way (default: ${DEFAULT-VALUE})")
  String outputTokens = "";

  @Option(
      names = "--shared-document",
      paramLabel = "TOKENS|FILE",
      description =
          "all requests ask about one document, of so many tokens or from a file; the first is answered before the others are asked")
  @Nullable String document;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "with --shared-document: requests of a round, the first included (default: 8)")
  @Nullable Integer questions;

  @Option(
      names = "--together",
      description = "with --shared-document: the first question is not awaited")
  boolean together;

  @Option(
      names = "--intrude",
      paramLabel = "TOKENS",
      description =
          "a prompt of so many tokens arrives while the streams run, which go on until it has its answer")
  @Nullable Integer intrude;

  @Option(
      names = "--intrude-after",
      paramLabel = "SECONDS",
      description = "from the start to the arrival of that prompt (default: 5)")
  @Nullable Double intrudeAfter;

  @Option(
      names = "--ignore-eos",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "ask for ignore_eos, so that answers have the same length on all servers; --no-ignore-eos for those that refuse it")
  boolean ignoreEos;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "2",
      description = "requests before those that count (default: ${DEFAULT-VALUE})")
  int warmUp;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "after which an answer that goes on no more is given up (default: ${DEFAULT-VALUE})")
  double timeout;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "of prompts, lengths and arrivals (default: ${DEFAULT-VALUE})")
  long seed;

  LoadPlan plan() throws IOException {
    if (streams != null && rate != null) {
      throw new UsageException("--streams is a closed loop and --rate an open one: give one");
    }
    if (document == null && (questions != null || together)) {
      throw new UsageException(
          "--questions and --together belong to --shared-document: give it too");
    }
    if (document != null && requests != null) {
      throw new UsageException("--shared-document counts its requests by --questions");
    }
    if (intrude == null && intrudeAfter != null) {
      throw new UsageException("--intrude-after belongs to --intrude: give it too");
    }
    return new LoadPlan(
        streams != null ? streams : rate != null ? 0 : 1,
        rate != null ? rate : 0,
        requests(),
        duration != null ? duration : 0,
        Lengths.parse(promptTokens),
        Lengths.parse(outputTokens),
        document(),
        intrude == null
            ? Optional.empty()
            : Optional.of(new Intrusion.Plan(intrude, intrudeAfter != null ? intrudeAfter : 5)),
        ignoreEos,
        warmUp,
        timeout,
        seed);
  }

  private int requests() {
    if (document != null) {
      return questions != null ? questions : 8;
    }
    return requests != null ? requests : duration != null ? 0 : DEFAULT_REQUESTS;
  }

  private Optional<SharedDocument> document() throws IOException {
    if (document == null) {
      return Optional.empty();
    }
    return Optional.of(
        document.matches("\\d{1,7}")
            ? new SharedDocument(Integer.parseInt(document), "", together)
            : new SharedDocument(0, InputMixin.readFile(Path.of(document)), together));
  }
}

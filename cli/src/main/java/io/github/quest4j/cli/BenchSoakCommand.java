package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.Soak;
import io.github.quest4j.benchmarks.load.SoakPlan;
import io.github.quest4j.benchmarks.load.SoakReport;
import io.github.quest4j.benchmarks.load.Target;
import io.github.quest4j.evaluation.task.Prose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quest bench soak}: a server and clients with bad manners. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description =
        "Keeps a server busy with clients that go away, send what is bad or do not read, and looks whether it loses anything.",
    footer = {
      "",
      "Each question is first asked alone; every answer that later comes whole must equal the first. At the end nothing may be under way, and pages, threads and memory must be as after the warm-up. The exit code is 1 where something is not as it should be. Needs the metrics of quest serve.",
      "",
      "Example:",
      "  quest bench soak http://127.0.0.1:8080 --minutes 20 --clients 16"
    })
final class BenchSoakCommand implements Callable<Integer> {

  @Parameters(paramLabel = "URL", description = "the server's address, http://HOST:PORT")
  String address = "";

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "20",
      description = "that count (default: ${DEFAULT-VALUE})")
  double minutes;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "of the same before memory is read first (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "of rest before memory is read (default: ${DEFAULT-VALUE})")
  double settle;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "16",
      description = "at a time (default: ${DEFAULT-VALUE})")
  int clients;

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "40",
      description = "that are different (default: ${DEFAULT-VALUE})")
  int questions;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "3",
      description = "that half of the questions share (default: ${DEFAULT-VALUE})")
  int documents;

  @Option(
      names = "--document-tokens",
      paramLabel = "N",
      defaultValue = "800",
      description = "of each document, about (default: ${DEFAULT-VALUE})")
  int documentTokens;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "600",
      description = "of the other prompts, at most, about (default: ${DEFAULT-VALUE})")
  int promptTokens;

  @Option(
      names = "--output-tokens",
      paramLabel = "N",
      defaultValue = "48",
      description = "of an answer, at most (default: ${DEFAULT-VALUE})")
  int outputTokens;

  @Option(
      names = "--vanishing",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description = "of the clients, which go before the end (default: ${DEFAULT-VALUE})")
  double vanishing;

  @Option(
      names = "--bad",
      paramLabel = "SHARE",
      defaultValue = "0.15",
      description = "of the requests, which must be refused (default: ${DEFAULT-VALUE})")
  double bad;

  @Option(
      names = "--rude",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "of the connections, which send little or nothing, slowly (default: ${DEFAULT-VALUE})")
  double rude;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "of everything drawn (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--report-file",
      paramLabel = "FILE",
      description = "also write the JSON object there")
  @Nullable Path reportFile;

  @Mixin CommonMixin common = new CommonMixin();

  @Override
  public Integer call() throws IOException {
    SoakPlan plan =
        new SoakPlan(
            60 * minutes,
            warmUp,
            settle,
            clients,
            questions,
            documents,
            documentTokens,
            promptTokens,
            outputTokens,
            vanishing,
            bad,
            rude,
            seed);
    if (reportFile != null && Files.isDirectory(reportFile)) {
      throw new IllegalArgumentException(reportFile + " is a directory: name a file");
    }
    Target target = Target.of(address, Target.Endpoint.CHAT, Optional.empty(), Optional.empty());
    Soak soak = new Soak(target, plan, Prose::ofLength);
    SoakReport report;
    try (LoadProgress progress = new LoadProgress(common);
        Interrupt _ = Interrupt.on(soak::stop)) {
      report = soak.run(progress);
    }
    Map<String, Object> json = BenchSoakReport.json(report);
    if (reportFile != null) {
      Files.writeString(reportFile, Json.text(json));
    }
    if (common.json) {
      Json.print(json);
    } else {
      System.out.println(BenchSoakReport.text(report));
    }
    if (report.interrupted()) {
      common.note("interrupted: this is what there was");
      return ExitCodes.INTERRUPTED;
    }
    return report.problems().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }
}

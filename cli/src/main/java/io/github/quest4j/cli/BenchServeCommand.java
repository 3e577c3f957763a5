package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.LoadBench;
import io.github.quest4j.benchmarks.load.LoadPlan;
import io.github.quest4j.benchmarks.load.LoadReport;
import io.github.quest4j.benchmarks.load.Target;
import io.github.quest4j.evaluation.task.Prose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quest bench serve}: a server under load. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description =
        "Measures a server with OpenAI's API under load: latencies and tokens per second.",
    footer = {
      "",
      "Answers are streamed, greedy, and of equal length on all servers. In the open loop times count from when a request should have been sent. Ctrl-C ends with a report of what there is.",
      "",
      "Examples:",
      "  quest bench serve http://127.0.0.1:8080 --streams 16 --requests 64 --prompt-tokens 64..256 --output-tokens 128",
      "  quest bench serve http://127.0.0.1:8080 --rate 2 --duration 60 --prompt-tokens 64..256*9,2048*1",
      "  quest bench serve http://127.0.0.1:8080 --peer http://127.0.0.1:8081 --rounds 5 --streams 8",
      "  quest bench serve http://127.0.0.1:8080 --shared-document 4096 --questions 9 --streams 8",
      "  quest bench serve http://127.0.0.1:8080 --streams 8 --output-tokens 512 --intrude 7000"
    })
final class BenchServeCommand implements Callable<Integer> {

  private static final int MAX_KEY = 4_096;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "the server's address, http://HOST:PORT")
  @Nullable String address;

  @Option(names = "--url", paramLabel = "URL", description = "the same, as an option")
  @Nullable String url;

  @Option(
      names = "--peer",
      paramLabel = "URL",
      description =
          "a second server that gets the same load in turn; ratios are the first's to its")
  @Nullable String peer;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "of the load on each server (default: 1; with --peer 3)")
  @Nullable Integer rounds;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      description = "name of the model in requests (default: the first that the server lists)")
  @Nullable String model;

  @Option(
      names = "--endpoint",
      paramLabel = "E",
      defaultValue = "chat",
      description = "chat or completions (default: ${DEFAULT-VALUE})")
  String endpoint = "chat";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "a file with the key that the servers want")
  @Nullable Path keyFile;

  @Option(
      names = "--report-file",
      paramLabel = "FILE",
      description = "also write the JSON object there")
  @Nullable Path reportFile;

  @Mixin LoadMixin load = new LoadMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Override
  public Integer call() throws IOException {
    LoadPlan plan = load.plan();
    List<Target> targets = targets();
    int turns = rounds != null ? rounds : peer != null ? 3 : 1;
    if (reportFile != null && Files.isDirectory(reportFile)) {
      throw new IllegalArgumentException(reportFile + " is a directory: name a file");
    }
    LoadBench bench = new LoadBench(targets, plan, Prose::ofLength);
    LoadReport report;
    try (LoadProgress progress = new LoadProgress(common);
        Interrupt _ = Interrupt.on(bench::stop)) {
      report = bench.run(turns, progress);
    }
    Map<String, Object> json = BenchServeJson.of(report);
    if (reportFile != null) {
      Files.writeString(reportFile, Json.text(json));
    }
    if (common.json) {
      Json.print(json);
    } else {
      System.out.println(BenchServeText.of(report));
    }
    BenchServeText.notes(report).forEach(common::note);
    if (report.interrupted()) {
      common.note("interrupted: this is what there was");
      return ExitCodes.INTERRUPTED;
    }
    boolean all =
        report.servers().stream()
            .allMatch(server ->
                server.rounds().stream().anyMatch(r -> r.finished().findAny().isPresent()));
    return all ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private List<Target> targets() throws IOException {
    if ((address == null) == (url == null)) {
      throw new UsageException("give the address of one server (and of another with --peer)");
    }
    Target.Endpoint way =
        switch (endpoint) {
          case "chat" -> Target.Endpoint.CHAT;
          case "completions" -> Target.Endpoint.COMPLETIONS;
          default ->
              throw new UsageException(
                  "unknown endpoint: " + endpoint + " (known: chat, completions)");
        };
    Optional<String> key = key();
    List<Target> targets = new ArrayList<>();
    for (String each : new String[] {address, url, peer}) {
      if (each != null) {
        targets.add(Target.of(each, way, Optional.ofNullable(model), key));
      }
    }
    return targets;
  }

  private Optional<String> key() throws IOException {
    if (keyFile == null) {
      return Optional.empty();
    }
    String key = InputMixin.readFile(keyFile).strip();
    if (key.isEmpty() || key.length() > MAX_KEY || !key.chars().allMatch(c -> c > 32 && c < 127)) {
      throw new IllegalArgumentException(
          keyFile + " holds no API key: one line of printable characters, " + MAX_KEY + " at most");
    }
    return Optional.of(key);
  }
}

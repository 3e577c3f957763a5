package io.github.quest4j.cli;

import picocli.CommandLine.Option;

/** Options that every command has. */
final class CommonMixin {

  @Option(names = "--json", description = "print one JSON object on standard output")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "print results only, no notes and no progress")
  boolean quiet;

  /** A line for the user beside the result, on standard error. */
  void note(String line) {
    if (!quiet) {
      System.err.println(line);
    }
  }
}

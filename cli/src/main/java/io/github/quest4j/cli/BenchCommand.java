package io.github.quest4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quest bench}: how fast this machine is. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures how fast this machine decodes, reads prompts and attends, and servers under load.",
    subcommands = {
      BenchDecodeCommand.class,
      BenchPrefillCommand.class,
      BenchCompareCommand.class,
      BenchAttentionCommand.class,
      BenchServeCommand.class,
      BenchSoakCommand.class
    },
    commandListHeading = "%nCommands:%n")
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(System.err);
    return ExitCodes.USAGE;
  }
}

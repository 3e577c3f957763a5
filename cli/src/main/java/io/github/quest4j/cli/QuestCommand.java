package io.github.quest4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "quest",
    mixinStandardHelpOptions = true,
    versionProvider = QuestCommand.VersionProvider.class,
    description = "Long-context LLM inference on the JVM with query-aware sparse attention.",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ChatCommand.class,
      ServeCommand.class,
      ModelsCommand.class,
      TokenizeCommand.class,
      RenderCommand.class,
      PerplexityCommand.class,
      EvalCommand.class,
      AttentionCommand.class,
      BenchCommand.class
    },
    commandListHeading = "%nCommands:%n",
    footer = {"", "'quest COMMAND --help' tells a command's options."})
final class QuestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "show the stack trace of an error")
  private boolean verbose;

  /** Without a command there is nothing to do but to tell what there is. */
  @Override
  public Integer call() {
    spec.commandLine().usage(System.err);
    return ExitCodes.USAGE;
  }

  /** Runs one command line and returns its exit code; whatever goes wrong becomes one sentence. */
  static int run(String... args) {
    QuestCommand root = new QuestCommand();
    CommandLine line =
        new CommandLine(root)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((error, ignored) -> Failures.usage(error))
            .setExecutionExceptionHandler(
                (error, command, parsed) -> Failures.report(error, root.verbose));
    try {
      return line.execute(args);
    } catch (Error e) {
      return Failures.report(e, root.verbose);
    }
  }

  /** The same line that is printed before the parser is loaded. */
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.read().line()};
    }
  }
}

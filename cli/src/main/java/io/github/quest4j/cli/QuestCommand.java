package io.github.quest4j.cli;

import java.util.List;
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
    commandListHeading = "%nCommands:%n",
    footer = {"", "'quest COMMAND --help' tells a command's options."})
final class QuestCommand implements Callable<Integer> {

  /** In the order in which they are listed. */
  private static final List<Class<?>> COMMANDS =
      List.of(
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
          BenchCommand.class);

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
    return run(Headstart.none(), args);
  }

  /** The same, beside what else a start has to do. */
  static int run(Headstart headstart, String... args) {
    QuestCommand root = new QuestCommand();
    CommandLine line = new CommandLine(root);
    for (Class<?> command : meant(args)) {
      line.addSubcommand(command);
    }
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((error, ignored) -> Failures.usage(error))
        .setExecutionExceptionHandler(
            (error, command, parsed) -> Failures.report(error, root.verbose));
    headstart.await();
    try {
      return line.execute(args);
    } catch (Error e) {
      return Failures.report(e, root.verbose);
    }
  }

  /**
   * The command that is named first, or else all: to read the annotations of all of them takes
   * longer than many a command.
   */
  private static List<Class<?>> meant(String... args) {
    for (Class<?> command : COMMANDS) {
      Command annotation = command.getAnnotation(Command.class);
      if (args.length > 0 && annotation != null && annotation.name().equals(args[0])) {
        return List.of(command);
      }
    }
    return COMMANDS;
  }

  /** The same line that is printed before the parser is loaded. */
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.read().line()};
    }
  }
}

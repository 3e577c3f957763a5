package io.github.quest4j.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What goes wrong, said in one sentence on standard error. */
final class Failures {

  private Failures() {}

  /** The command line cannot be understood. */
  static int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    StringBuilder sentence = new StringBuilder(firstLine(e));
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      if (!word.startsWith("-")) {
        boolean root = command.getParent() == null;
        sentence = new StringBuilder((root ? "unknown command: " : "unexpected argument: ") + word);
      }
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        sentence.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    sentence
        .append(" ('")
        .append(command.getCommandSpec().qualifiedName())
        .append(" --help' tells what there is)");
    return say(sentence.toString(), ExitCodes.USAGE);
  }

  /** A command failed. */
  static int report(Throwable e, boolean verbose) {
    if (verbose) {
      e.printStackTrace();
    }
    int exitCode =
        e instanceof UsageException
            ? ExitCodes.USAGE
            : e.getCause() instanceof InterruptedException
                ? ExitCodes.INTERRUPTED
                : ExitCodes.FAILED;
    return say(sentence(e), exitCode);
  }

  private static int say(String sentence, int exitCode) {
    System.err.println("quest: " + sentence);
    return exitCode;
  }

  private static String sentence(Throwable e) {
    return switch (e) {
      case OutOfMemoryError memory ->
          "not enough memory: " + memory.getMessage() + "; a shorter --context takes less";
      case UncheckedIOException io when io.getCause() != null -> sentence(io.getCause());
      case NoSuchFileException missing -> "no such file: " + missing.getFile();
      case AccessDeniedException denied -> "no permission: " + denied.getFile();
      case FileSystemException file ->
          file.getFile() + ": " + (file.getReason() == null ? "cannot be used" : file.getReason());
      case IllegalArgumentException bad when bad.getMessage() != null -> firstLine(bad);
      case RuntimeException own when isOurs(own) && own.getMessage() != null -> firstLine(own);
      case RuntimeException unexpected -> unexpected(unexpected);
      case Error unexpected -> unexpected(unexpected);
      default -> firstLine(e);
    };
  }

  /** Our own exceptions carry sentences for the user; those of others seldom do. */
  private static boolean isOurs(Throwable e) {
    return e.getClass().getPackageName().startsWith("io.github.quest4j");
  }

  private static String unexpected(Throwable e) {
    return "an error in quest itself: "
        + e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : ": " + firstLine(e))
        + " (--verbose shows where)";
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse(message);
  }
}

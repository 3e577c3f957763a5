package io.github.quest4j.cli;

/** The command line asks for something that makes no sense; exit code 2. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}

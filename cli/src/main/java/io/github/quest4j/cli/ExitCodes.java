package io.github.quest4j.cli;

/** Exit codes of the command. */
final class ExitCodes {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}

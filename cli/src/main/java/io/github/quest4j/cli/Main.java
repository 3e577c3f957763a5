package io.github.quest4j.cli;

/**
 * Where the program starts. What can be answered at once is answered before the command line parser
 * is loaded; nothing here touches the Vector API, since small commands run without its module.
 */
public final class Main {

  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      System.out.println(Version.read().line());
      return;
    }
    Headstart headstart = Headstart.begin();
    System.exit(QuestCommand.run(headstart, args));
  }
}

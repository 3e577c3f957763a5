package io.github.quest4j.cli;

import io.github.quest4j.engine.store.Catalogue;

/**
 * What a start does beside the building of the command line's parser, on a thread of its own: a
 * person waits for the first word, and each takes a tenth of a second in a JVM that has just begun.
 */
final class Headstart {

  private final Thread messages;

  private Headstart(Thread messages) {
    this.messages = messages;
  }

  /** Begins it. */
  static Headstart begin() {
    Thread messages = Thread.ofPlatform().name("quest-messages").start(Headstart::messages);
    if (StandardError.filtered()) { // so by a command that computes, which needs models
      Thread.ofPlatform().daemon().name("quest-catalogue").start(Catalogue::builtIn);
    }
    return new Headstart(messages);
  }

  /**
   * Where messages go. Nothing else that runs now may log: what asks for the logging system while
   * another thread starts it gets a substitute, and could not be told that lines are a server's.
   */
  private static void messages() {
    StandardError.restore();
    if (StandardError.filtered()) {
      System.getLogger(Headstart.class.getName()).isLoggable(System.Logger.Level.DEBUG);
    }
  }

  /** Nothing to be done. */
  static Headstart none() {
    return new Headstart(new Thread());
  }

  /**
   * Waits until messages can be written: on the real standard error, or they would change order.
   */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        messages.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.engine.store.Catalogue;

/**
 * What a start does beside the building of the command line's parser, on a thread of its own: a
 * person waits for the first word, and each takes a tenth of a second in a JVM that has just begun.
 */
final class Headstart {

  private final Thread stderr;

  private Headstart(Thread stderr) {
    this.stderr = stderr;
  }

  /** Begins it. */
  static Headstart begin() {
    Thread stderr = Thread.ofPlatform().name("quest-stderr").start(StandardError::restore);
    if (StandardError.filtered()) { // so by a command that computes, which needs models
      Thread.ofPlatform().daemon().name("quest-headstart").start(Headstart::prepare);
    }
    return new Headstart(stderr);
  }

  /** Classes in the order in which they will be wanted. */
  private static void prepare() {
    Catalogue.builtIn();
    System.getLogger(Headstart.class.getName()).isLoggable(System.Logger.Level.DEBUG);
    Kernels.best();
  }

  /** Nothing to be done. */
  static Headstart none() {
    return new Headstart(new Thread());
  }

  /** Waits until standard error is the real one: messages would come in another order. */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        stderr.join();
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

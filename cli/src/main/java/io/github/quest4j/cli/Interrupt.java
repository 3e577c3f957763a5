package io.github.quest4j.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C while something runs: the first one asks it to end in order, a second one ends the program. Closing gives the signal
 * back to who had it.
 */
final class Interrupt implements AutoCloseable {

  private static final Signal SIGNAL = new Signal("INT");

  private final AtomicBoolean came = new AtomicBoolean();
  private final SignalHandler before;

  private Interrupt(Runnable action) {
    before =
        Signal.handle(
            SIGNAL,
            signal -> {
              if (came.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
              }
              action.run();
            });
  }

  /** Runs {@code action} when Ctrl-C is pressed. */
  static Interrupt on(Runnable action) {
    return new Interrupt(action);
  }

  /** Whether Ctrl-C was pressed. */
  boolean came() {
    return came.get();
  }

  @Override
  public void close() {
    Signal.handle(SIGNAL, before);
  }
}

package io.github.quest4j.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Ctrl-C while something runs: the first one asks it to end in order, a second one ends the
 * program. Closing gives the signal back to who had it.
 */
final class Interrupt implements AutoCloseable {

  private static final String SIGNAL = "INT";

  private final AtomicBoolean came = new AtomicBoolean();
  private final Object before;

  private Interrupt(Runnable action) {
    before =
        Signals.register(
            SIGNAL,
            () -> {
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
    Signals.unregister(SIGNAL, before);
  }
}

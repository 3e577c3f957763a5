package io.github.quest4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Ctrl-C while something runs: the first one asks it to end in order, a second one ends the
 * program. Closing gives the signal back to who had it.
 */
final class Interrupt implements AutoCloseable {

  /** A signal and who had it before. */
  private record Taken(String signal, Object before) {}

  private final AtomicBoolean came = new AtomicBoolean();
  private final List<Taken> taken = new ArrayList<>();

  private Interrupt(Runnable action, String... signals) {
    for (String signal : signals) {
      taken.add(
          new Taken(
              signal,
              Signals.register(
                  signal,
                  () -> {
                    if (came.getAndSet(true)) {
                      Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
                    }
                    action.run();
                  })));
    }
  }

  /** Runs {@code action} when Ctrl-C is pressed. */
  static Interrupt on(Runnable action) {
    return new Interrupt(action, "INT");
  }

  /** Runs {@code action} when Ctrl-C is pressed or the system asks the program to end. */
  static Interrupt onTermination(Runnable action) {
    return new Interrupt(action, "INT", "TERM");
  }

  /** Whether a signal came. */
  boolean came() {
    return came.get();
  }

  @Override
  public void close() {
    taken.forEach(signal -> Signals.unregister(signal.signal(), signal.before()));
  }
}

package io.github.quest4j.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has been silent for too long, since a blocked read has no time limit. */
final class StallGuard implements AutoCloseable {
  private final InputStream stream;
  private final long limitNanos;
  private final Thread watcher;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  private StallGuard(InputStream stream, Duration limit) {
    this.stream = stream;
    this.limitNanos = limit.toNanos();
    this.watcher = Thread.ofVirtual().name("quest-stall-guard").unstarted(this::run);
  }

  static StallGuard watch(InputStream stream, Duration limit) {
    StallGuard guard = new StallGuard(stream, limit);
    guard.watcher.start();
    return guard;
  }

  /** Something came. */
  void alive() {
    lastNanos = System.nanoTime();
  }

  /** Whether the stream was closed for its silence. */
  boolean stalled() {
    return stalled;
  }

  private void run() {
    try {
      while (true) {
        long left = limitNanos - (System.nanoTime() - lastNanos);
        if (left <= 0) {
          stalled = true;
          stream.close();
          return;
        }
        Thread.sleep(Duration.ofNanos(left));
      }
    } catch (InterruptedException | IOException e) {
      // no longer needed, or closed as well as it can be
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}

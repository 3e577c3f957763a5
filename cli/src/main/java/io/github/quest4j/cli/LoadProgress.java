package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.LoadListener;
import org.jspecify.annotations.Nullable;

/** A progress bar for each part of a load. */
final class LoadProgress implements LoadListener, AutoCloseable {

  private final CommonMixin common;
  private String task = "";
  private @Nullable ProgressLine line;

  LoadProgress(CommonMixin common) {
    this.common = common;
  }

  @Override
  public void update(String what, String unit, long done, long total) {
    if (line == null || !what.equals(task)) {
      close();
      task = what;
      line = new ProgressLine(what, unit, common);
    }
    line.update(done, total);
  }

  /** Takes the bar away. Idempotent. */
  @Override
  public void close() {
    if (line != null) {
      line.end();
      line = null;
    }
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.Progress;
import org.jspecify.annotations.Nullable;

/** A progress bar for each phase of a benchmark. */
final class BenchProgress implements Progress, AutoCloseable {

  private final CommonMixin common;
  private @Nullable Phase phase;
  private @Nullable ProgressLine line;

  BenchProgress(CommonMixin common) {
    this.common = common;
  }

  @Override
  public void update(Phase next, long done, long total) {
    if (line == null || next != phase) {
      end();
      phase = next;
      line =
          switch (next) {
            case FILL -> new ProgressLine("Filling the cache", "tokens", common);
            case WARM_UP -> new ProgressLine("Warming up", "s", common);
            case MEASURE -> new ProgressLine("Measuring", "repetitions", common);
          };
    }
    line.update(done, total);
  }

  /** Takes the bar away. Idempotent. */
  void end() {
    if (line != null) {
      line.end();
      line = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}

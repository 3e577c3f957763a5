package io.github.quest4j.cli;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar with rate and remaining time on standard error. Work that ends within a moment
 * shows none; without a terminal nothing is drawn.
 */
final class ProgressLine implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMillis(700);

  private final String task;
  private final String unit;
  private final boolean shown;
  private final long start = System.nanoTime();
  private @Nullable ProgressBar bar;

  ProgressLine(String task, String unit, CommonMixin common) {
    this.task = task;
    this.unit = unit;
    this.shown = !common.quiet && StandardError.isTerminal();
  }

  /** So much is done. */
  void update(long done, long total) {
    if (!shown) {
      return;
    }
    if (bar == null && System.nanoTime() - start > PATIENCE.toNanos() && done < total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setInitialMax(total)
              .showSpeed()
              .setUpdateIntervalMillis(200)
              .clearDisplayOnFinish()
              .build();
    }
    if (bar != null) {
      bar.maxHint(total).stepTo(done);
    }
  }

  /** Takes the bar away. Idempotent. */
  void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}

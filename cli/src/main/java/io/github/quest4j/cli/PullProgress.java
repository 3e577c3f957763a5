package io.github.quest4j.cli;

import io.github.quest4j.engine.store.PullListener;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Draws a pull on standard error: a bar with rate and remaining time for a person, one line for
 * each activity for a log.
 */
final class PullProgress implements PullListener, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;

  private final boolean quiet;
  private String activity = "";
  private long total; // 0 while nothing is to be drawn
  private @Nullable ProgressBar bar;

  PullProgress(boolean quiet) {
    this.quiet = quiet;
  }

  @Override
  public void begin(String newActivity, long totalBytes) {
    close();
    if (quiet) {
      return;
    }
    if (!StandardError.isTerminal()) {
      String size =
          totalBytes < 0 ? "" : String.format(Locale.ROOT, " (%.1f MB)", totalBytes / 1e6);
      System.err.println("quest: " + newActivity + size);
      return;
    }
    activity = newActivity;
    total = totalBytes;
  }

  @Override
  public void progress(long bytes) {
    if (bar == null && total != 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(activity)
              .setInitialMax(total) // -1 draws a bar without an end
              .startsFrom(
                  bytes, Duration.ZERO) // what an earlier pull brought is not this one's speed
              .setUnit(" MB", MEGABYTE)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .showSpeed()
              .clearDisplayOnFinish()
              .build();
    }
    if (bar != null) {
      bar.stepTo(bytes);
    }
  }

  @Override
  public void note(String sentence) {
    if (!quiet) {
      close(); // a bar gives way to the line; the next activity draws its own
      System.err.println("quest: " + sentence);
    }
  }

  @Override
  public void close() {
    total = 0;
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}

package io.github.quest4j.cli;

import io.github.quest4j.engine.GenerationListener;

/** Shows how far the prompt has been read. */
final class PromptProgress implements GenerationListener, AutoCloseable {

  private final ProgressLine line;

  PromptProgress(CommonMixin common) {
    line = new ProgressLine("Reading the prompt", "tokens", common);
  }

  @Override
  public void onPrompt(int done, int total) {
    line.update(done, total);
  }

  /** Takes the bar away. */
  void end() {
    line.end();
  }

  @Override
  public void close() {
    line.end();
  }
}

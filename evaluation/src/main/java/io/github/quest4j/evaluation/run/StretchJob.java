package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Sequence;
import java.util.Map;

/** What the jobs over a stretch of text share. */
abstract class StretchJob implements Job {

  final Stretch stretch;

  StretchJob(Stretch stretch) {
    this.stretch = stretch;
  }

  @Override
  public final String task() {
    return stretch.task();
  }

  @Override
  public final String item() {
    return stretch.item();
  }

  @Override
  public final Map<String, Object> labels() {
    return stretch.labels();
  }

  @Override
  public final Map<String, Object> settings() {
    return stretch.settings();
  }

  @Override
  public final int[] tokens() {
    return stretch.tokens();
  }

  @Override
  public final int prefix() {
    return stretch.prefix();
  }

  @Override
  public int steps() {
    return stretch.steps();
  }

  /** Feeds the stretch's tokens. */
  final void feed(Sequence sequence) {
    for (int i = prefix(); i < tokens().length; i++) {
      sequence.step(tokens()[i]);
    }
  }
}

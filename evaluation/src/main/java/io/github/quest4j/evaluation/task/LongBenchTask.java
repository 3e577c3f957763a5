package io.github.quest4j.evaluation.task;

import io.github.quest4j.evaluation.metric.RougeL;
import io.github.quest4j.evaluation.metric.TokenF1;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The LongBench tasks that the Quest paper takes, with its answer lengths and metrics. */
public enum LongBenchTask {
  /** Questions about a scientific paper; token F1. */
  QASPER(128),
  /** Questions about a novel or script; token F1. */
  NARRATIVEQA(128),
  /** Questions that need several passages; token F1. */
  HOTPOTQA(32),
  /** Questions about articles of several fields; token F1. */
  MULTIFIELDQA_EN(64),
  /** Summaries of reports; ROUGE-L. */
  GOV_REPORT(512),
  /** Trivia with examples before it; token F1 of the first line. */
  TRIVIAQA(32);

  private final int maxTokens;

  LongBenchTask(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /** Its name in labels, on the command line and, with {@code .jsonl}, as a file. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Tokens of an answer at most. */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * The task of a name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all
   */
  public static LongBenchTask of(String name) {
    return Arrays.stream(values())
        .filter(task -> task.label().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no LongBench task '%s'; there are %s".formatted(name, names())));
  }

  /** All names, for messages. */
  static String names() {
    return Arrays.stream(values()).map(LongBenchTask::label).collect(Collectors.joining(", "));
  }

  /**
   * Grades an answer.
   *
   * @param answer the text generated
   * @param rights what would be right, the best of which counts
   * @return 0 to 1
   */
  double grade(String answer, List<String> rights) {
    return switch (this) {
      case GOV_REPORT -> RougeL.best(answer, rights);
      case TRIVIAQA -> TokenF1.best(answer.stripLeading().lines().findFirst().orElse(""), rights);
      case QASPER, NARRATIVEQA, HOTPOTQA, MULTIFIELDQA_EN -> TokenF1.best(answer, rights);
    };
  }
}

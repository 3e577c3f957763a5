package io.github.quest4j.benchmarks.load;

import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What is compared from round to round and from server to server. */
public enum Figure {
  /** See {@link Round#outputPerSecond()}. */
  OUTPUT_TOK_S("output tokens/s"),
  /** See {@link Round#steadyOutputPerSecond()}. */
  STEADY_OUTPUT_TOK_S("output tokens/s, steady"),
  /** See {@link Round#promptPerSecond()}. */
  PROMPT_TOK_S("prompt tokens/s"),
  /** See {@link Round#requestsPerSecond()}. */
  REQUESTS_S("requests/s"),
  /** The median time to the first token, in seconds. */
  TTFT_S("first token, median, s"),
  /** The median time per output token, in seconds. */
  TIME_PER_TOKEN_S("time per token, median, s"),
  /** The median latency, in seconds. */
  LATENCY_S("latency, median, s"),
  /** The time to the first token of the first question about a shared document, in seconds. */
  FIRST_QUESTION_TTFT_S("first question, first token, s"),
  /** The same of the second question. */
  SECOND_QUESTION_TTFT_S("second question, first token, s"),
  /** The median of all questions but the first. */
  LATER_QUESTIONS_TTFT_S("later questions, first token, s"),
  /** The time of the first question divided by that of the second. */
  SECOND_QUESTION_TIMES("first question / second"),
  /** The longest pause of a stream while a long prompt intruded, in seconds. */
  INTRUDED_PAUSE_S("longest pause meanwhile, s"),
  /** The same in median steps before it. */
  INTRUDED_PAUSE_STEPS("longest pause, in steps"),
  /** The time to the first token of the long prompt, in seconds. */
  INTRUDER_TTFT_S("intruder's first token, s");

  private final String title;

  Figure(String title) {
    this.title = title;
  }

  /** For a person. */
  public String title() {
    return title;
  }

  /** Of a round; NaN or infinite where it has none. */
  public double of(Round round) {
    return switch (this) {
      case OUTPUT_TOK_S -> round.outputPerSecond();
      case STEADY_OUTPUT_TOK_S -> round.steadyOutputPerSecond().orElse(Double.NaN);
      case PROMPT_TOK_S -> round.promptPerSecond();
      case REQUESTS_S -> round.requestsPerSecond();
      case TTFT_S -> median(round.percentiles(Outcome::timeToFirstToken));
      case TIME_PER_TOKEN_S -> median(round.percentiles(Outcome::timePerToken));
      case LATENCY_S -> median(round.percentiles(Outcome::latency));
      case FIRST_QUESTION_TTFT_S -> first(round.firstTokens(Role.FIRST_QUESTION));
      case SECOND_QUESTION_TTFT_S -> first(round.firstTokens(Role.LATER_QUESTION));
      case LATER_QUESTIONS_TTFT_S -> median(Percentiles.of(round.firstTokens(Role.LATER_QUESTION)));
      case SECOND_QUESTION_TIMES ->
          FIRST_QUESTION_TTFT_S.of(round) / SECOND_QUESTION_TTFT_S.of(round);
      case INTRUDED_PAUSE_S -> intruded(round, intrusion -> intrusion.pauses().max());
      case INTRUDED_PAUSE_STEPS -> intruded(round, Intrusion::longestPauseInSteps);
      case INTRUDER_TTFT_S -> intruded(round, Intrusion::timeToFirstToken);
    };
  }

  private static double intruded(Round round, ToDoubleFunction<Intrusion> value) {
    return round.intrusion().map(value::applyAsDouble).orElse(Double.NaN);
  }

  private static double median(Optional<Percentiles> values) {
    return values.map(Percentiles::p50).orElse(Double.NaN);
  }

  private static double first(double[] values) {
    return values.length > 0 ? values[0] : Double.NaN;
  }
}

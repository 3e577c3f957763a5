package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Sequence;
import java.util.Map;

/**
 * One prompt, read once, from whose end every cell goes on in its own way. A task is a list of
 * jobs.
 */
public interface Job {

  /** The task's name. */
  String task();

  /** Which question or stretch of text, unique within the task and its settings. */
  String item();

  /** What reports group by; {@code length} is the context that budgets are a part of. */
  Map<String, Object> labels();

  /** What decides the result besides the selector, in the order to be shown. */
  Map<String, Object> settings();

  /** All tokens. */
  int[] tokens();

  /** How many of them are read densely before cells go on. */
  int prefix();

  /** Steps that a cell takes, for the estimate of the time left. */
  int steps();

  /** Whether a dense cell tells anything. */
  default boolean dense() {
    return true;
  }

  /** Whether a cell can be measured at all. */
  default boolean measures(Variant variant) {
    return true;
  }

  /**
   * Measures one cell.
   *
   * @param sequence holds the first {@link #prefix} tokens and is read as the cell says
   * @return the result, without the cost of reading
   */
  Map<String, Object> run(Sequence sequence, Cell cell);
}

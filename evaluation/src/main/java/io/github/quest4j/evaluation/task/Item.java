package io.github.quest4j.evaluation.task;

import java.util.Map;

/**
 * One question to a model.
 *
 * @param id unique within its task, the same in every run with the same settings
 * @param labels what reports group by: {@code length} (tokens aimed at, an Integer), {@code depth}
 *     (0..1, a Double), {@code kind} (a String), whichever apply, in the order to be shown
 * @param prompt the raw text, without the tokens that a model puts before it
 * @param sparseTail so many last characters of the prompt are fed token by token through the decode
 *     path
 * @param maxTokens to generate at most, greedily
 * @param grader of the text generated
 */
public record Item(
    String id,
    Map<String, Object> labels,
    String prompt,
    int sparseTail,
    int maxTokens,
    Grader grader) {

  /** Grades an answer. */
  @FunctionalInterface
  public interface Grader {
    /**
     * What the answer is worth.
     *
     * @param answer the text generated
     * @return 0 for wrong to 1 for right
     */
    double grade(String answer);
  }
}

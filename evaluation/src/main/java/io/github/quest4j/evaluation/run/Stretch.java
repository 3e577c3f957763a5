package io.github.quest4j.evaluation.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A stretch of a text: so many tokens are read densely, then each of the next is fed as it stands,
 * whatever a model would have said.
 *
 * @param task the task's name
 * @param item which stretch
 * @param length tokens of context at its end
 * @param settings what decides the result
 * @param tokens all of them; BOS first where the model asks
 * @param steps tokens fed one by one
 */
record Stretch(
    String task, String item, int length, Map<String, Object> settings, int[] tokens, int steps) {

  Map<String, Object> labels() {
    Map<String, Object> labels = new LinkedHashMap<>();
    labels.put("length", length);
    return labels;
  }

  int prefix() {
    return tokens.length - steps;
  }
}

package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.sample.Logits;
import io.github.quest4j.evaluation.task.Item;
import io.github.quest4j.model.tokenizer.TokenDecoder;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A question: the prompt's end is fed token by token through the sparse path, then the answer is
 * generated greedily and graded.
 */
final class AnswerJob implements Job {

  private final String task;
  private final Item item;
  private final Map<String, Object> settings;
  private final Tokenizer tokenizer;
  private final int[] tokens;
  private final int tail;

  AnswerJob(String task, Item item, Map<String, Object> settings, Engine engine) {
    this.task = task;
    this.item = item;
    this.settings = settings;
    this.tokenizer = engine.tokenizer();
    this.tokens = engine.tokens(Prompt.raw(item.prompt()));
    this.tail = engine.tail(tokens, item.sparseTail());
    int needed = tokens.length + item.maxTokens();
    if (needed > engine.context()) {
      throw new EvaluationException(
          "%s %s needs %d tokens, and %s has room for %d: give shorter --lengths"
              .formatted(task, item.id(), needed, engine.name(), engine.context()));
    }
  }

  @Override
  public String task() {
    return task;
  }

  @Override
  public String item() {
    return item.id();
  }

  @Override
  public Map<String, Object> labels() {
    return item.labels();
  }

  @Override
  public Map<String, Object> settings() {
    return settings;
  }

  @Override
  public int[] tokens() {
    return tokens;
  }

  @Override
  public int prefix() {
    return tokens.length - tail;
  }

  @Override
  public int steps() {
    return tail + item.maxTokens() / 2;
  }

  @Override
  public Map<String, Object> run(Sequence sequence, Cell cell) {
    float[] logits = new float[0];
    for (int i = prefix(); i < tokens.length; i++) {
      logits = sequence.step(tokens[i]);
    }
    TokenDecoder decoder = tokenizer.decoder();
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < item.maxTokens(); i++) {
      int token = Logits.argmax(logits);
      if (tokenizer.isEndOfGeneration(token)) {
        break;
      }
      answer.append(decoder.next(token));
      if (i + 1 < item.maxTokens()) {
        logits = sequence.step(token);
      }
    }
    answer.append(decoder.flush());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("score", item.grader().grade(answer.toString()));
    result.put("answer", answer.toString());
    return result;
  }
}

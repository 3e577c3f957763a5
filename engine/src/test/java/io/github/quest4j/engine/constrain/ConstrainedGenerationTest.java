package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.model.tokenizer.TokenDecoder;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** SmolLM2, which by itself seldom writes JSON, writes what the schema asks. */
class ConstrainedGenerationTest {

  private static final int MOST = 400;

  private static Engine engine;
  private static Constraints constraints;

  @BeforeAll
  static void open() {
    engine = Engine.open(TestModels.smollm2());
    constraints = new Constraints(engine.tokenizer());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Greedy, to the end. */
  private static String generate(String prompt, Supplier<TokenConstraint.State> begin) {
    try (Sequence sequence = engine.sequence(AttentionOptions.defaults())) {
      float[] logits = sequence.prefill(engine.tokens(Prompt.user(prompt)));
      TokenConstraint.State state = begin.get();
      TokenDecoder decoder = engine.tokenizer().decoder();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < MOST; i++) {
        state.mask(logits);
        int token = argmax(logits);
        state.accept(token);
        if (state.ended()) {
          return text + decoder.flush();
        }
        text.append(decoder.next(token));
        logits = sequence.step(token);
      }
      throw new AssertionError("has not ended: " + text);
    }
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          event | Alice and Bob go to a science fair on Friday. Give the event as JSON.
          moderation | Is the sentence "I like cake" violating? Answer in JSON.
          weather | What is the weather in Oslo? Answer in JSON.
          date-time | When does the meeting start?
          small steps | How likely is rain tomorrow?
          anyOf | Ann is 34 years old. Give her name and age as JSON.
          """)
  void greedyTextsAreValid(String name, String prompt) {
    JsonNode schema = Objects.requireNonNull(Schemas.all().get(name));
    TokenConstraint constraint = constraints.jsonSchema(schema);
    String text = generate(prompt, constraint::begin);
    Json.requireValid(schema, text);
  }

  @Test
  void anyObject() {
    TokenConstraint constraint = constraints.jsonObject();
    String text =
        generate("Write the JSON object {\"city\": \"Oslo\"} and nothing else.", constraint::begin);
    assertThat(Json.parse(text).isObject()).as(text).isTrue();
  }
}

package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the mask leaves is what can be accepted, token for token. */
class MaskTest {

  private static Tokenizer tokenizer;
  private static Constraints constraints;

  @BeforeAll
  static void open() {
    tokenizer = RealTokenizers.smollm2();
    constraints = new Constraints(tokenizer);
  }

  /** The trie's walk, kept states and all, against trials of tokens, one by one. */
  @Test
  void masksAsTrialsDo() {
    SplittableRandom random = new SplittableRandom(7);
    for (Map.Entry<String, JsonNode> schema : Schemas.all().entrySet()) {
      TokenConstraint constraint = constraints.jsonSchema(schema.getValue());
      TokenConstraint.State state = constraint.begin();
      for (int length = 0; length < 12 && !state.ended(); length++) {
        List<Integer> allowed = new ArrayList<>();
        for (int token = 0; token < tokenizer.size(); token++) {
          if (!state.allows(token) && random.nextInt(20) > 0) {
            continue; // a trial that fails is slow
          }
          boolean takes = takes(state, token);
          assertThat(state.allows(token))
              .as("%s, after %s tokens: %s", schema.getKey(), length, tokenizer.piece(token))
              .isEqualTo(takes);
          if (takes) {
            allowed.add(token);
          }
        }
        state.accept(allowed.get(random.nextInt(allowed.size())));
      }
    }
  }

  private static boolean takes(TokenConstraint.State state, int token) {
    try {
      state.fork().accept(token);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void endsWhereTheTextMay() {
    TokenConstraint.State state =
        constraints.jsonSchema(Json.parse("{\"type\":\"integer\"}")).begin();
    assertThat(state.mayEnd()).isFalse();
    assertThat(state.allows(end())).isFalse();
    int digit = token("1");
    state.accept(digit);
    assertThat(state.mayEnd()).isTrue();
    assertThat(state.allows(end())).isTrue();
    assertThat(state.allows(digit)).as("it may go on as well").isTrue();
    assertThat(state.ended()).isFalse();
    state.accept(end());
    assertThat(state.ended()).isTrue();
    assertThat(state.allows(digit)).isFalse();
    assertThatThrownBy(() -> state.accept(digit)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyTheEndAfterAWholeText() {
    TokenConstraint.State state = constraints.jsonObject().begin();
    accept(state, "{}");
    float[] logits = new float[tokenizer.size() + 100];
    state.mask(logits);
    for (int token = 0; token < logits.length; token++) {
      boolean ends = token < tokenizer.size() && tokenizer.isEndOfGeneration(token);
      assertThat(logits[token]).isEqualTo(ends ? 0 : Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void controlTokensAreNoText() {
    TokenConstraint.State state = constraints.jsonObject().begin();
    accept(state, "{\"a");
    for (int token = 0; token < tokenizer.size(); token++) {
      if (tokenizer.isControl(token) || tokenizer.isEndOfGeneration(token)) {
        assertThat(state.allows(token)).as(tokenizer.piece(token)).isFalse();
      }
    }
  }

  @Test
  void aForkGoesItsOwnWay() {
    TokenConstraint.State state = constraints.jsonObject().begin();
    accept(state, "{\"a\":");
    TokenConstraint.State fork = state.fork();
    accept(fork, "[1");
    assertThat(fork.allows(token("]"))).isTrue();
    assertThat(state.allows(token("]"))).isFalse();
    accept(state, "{");
    assertThat(state.allows(token("}"))).isTrue();
    assertThat(fork.allows(token("}"))).isFalse();
  }

  @Test
  void aRefusedTokenChangesNothing() {
    TokenConstraint.State state = constraints.jsonObject().begin();
    accept(state, "{");
    assertThatThrownBy(() -> state.accept(token("x")))
        .hasMessageContaining("(x) may not come here");
    accept(state, "}");
    assertThat(state.mayEnd()).isTrue();
  }

  /** White space has an end everywhere. */
  @Test
  void spaceIsBounded() {
    for (String before :
        List.of("", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":[", "{\"a\":[1,")) {
      TokenConstraint.State state = constraints.jsonObject().begin();
      accept(state, before);
      int spaces = 0;
      SplittableRandom random = new SplittableRandom(before.length());
      while (spaces <= 50) {
        List<Integer> blank = new ArrayList<>();
        for (int token = 0; token < tokenizer.size(); token++) {
          if (state.allows(token) && tokenizer.piece(token).isBlank()) {
            blank.add(token);
          }
        }
        if (blank.isEmpty()) {
          break;
        }
        state.accept(blank.get(random.nextInt(blank.size())));
        spaces++;
      }
      assertThat(spaces).as(before).isLessThanOrEqualTo(42);
    }
  }

  @Test
  void tooFewLogits() {
    TokenConstraint.State state = constraints.jsonObject().begin();
    assertThatThrownBy(() -> state.mask(new float[10]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("10 logits are too few for 49152 tokens");
  }

  private static int end() {
    for (int token = 0; token < tokenizer.size(); token++) {
      if (tokenizer.isEndOfGeneration(token)) {
        return token;
      }
    }
    throw new AssertionError();
  }

  private static int token(String text) {
    int[] tokens = tokenizer.encode(text, false, false);
    assertThat(tokens).hasSize(1);
    return tokens[0];
  }

  private static void accept(TokenConstraint.State state, String text) {
    for (int token : tokenizer.encode(text, false, false)) {
      state.accept(token);
    }
  }
}

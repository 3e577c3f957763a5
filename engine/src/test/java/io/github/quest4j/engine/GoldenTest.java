package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokenizations, greedy runs and logits against values recorded from llama.cpp. */
class GoldenTest {

  // Runs differ where the reference, which quantises activations, has a near-tie.
  private static final double NEAR_TIE = 0.15;

  @Test
  void smollm2() throws IOException {
    check("smollm2-135m-instruct-q4_1.json", Optional.of(TestModels.smollm2()));
  }

  @Test
  void gemma3() throws IOException {
    check("gemma3-270m.json", TestModels.inFolder(TestModels.GEMMA3));
  }

  @Test
  void qwen2() throws IOException {
    check("qwen2.5-coder-0.5b.json", TestModels.inFolder(TestModels.QWEN));
  }

  private static void check(String reference, Optional<Path> model) throws IOException {
    Optional<Path> file = TestModels.shared("reference/" + reference);
    if (file.isEmpty()) {
      abort(TestModels.skipped("no shared/reference/" + reference + " beside the checkout"));
    }
    if (model.isEmpty()) {
      abort(TestModels.skipped("QUEST_TEST_MODELS names no folder with the model of " + reference));
    }
    JsonNode golden = JsonMapper.shared().readTree(Files.readString(file.get()));
    try (Engine engine = Engine.open(model.get())) {
      for (JsonNode c : golden.get("tokenize")) {
        String text = c.get("text").asString();
        assertThat(engine.tokenizer().encode(text, false, false))
            .as("plain: %s", text)
            .isEqualTo(ints(c.get("plain")));
        assertThat(engine.tokenizer().encode(text, true, true))
            .as("with special: %s", text)
            .isEqualTo(ints(c.get("with_special")));
      }
      int whole = 0;
      int runs = 0;
      List<String> report = new ArrayList<>();
      for (JsonNode run : golden.get("greedy")) {
        runs++;
        whole += greedy(engine, run, report) ? 1 : 0;
      }
      System.out.println(
          reference + ": " + whole + " of " + runs + " greedy runs equal for 16 tokens " + report);
      assertThat(2 * whole)
          .as("runs equal for 16 tokens, of %d", runs)
          .isGreaterThanOrEqualTo(runs);
    }
  }

  /** Returns whether the first 16 tokens are equal. */
  private static boolean greedy(Engine engine, JsonNode run, List<String> report) {
    int[] prompt = ints(run.get("prompt_tokens"));
    assertThat(engine.tokens(Prompt.raw(run.get("prompt").asString()))).isEqualTo(prompt);
    int[] expected = ints(run.get("tokens"));
    JsonNode first8 = run.get("first8");
    int equal = 0;
    try (Sequence sequence = engine.sequence(engine.options().attention())) {
      float[] logits = sequence.prefill(prompt);
      checkTopFive(logits, first8.get(0), run.get("prompt").asString());
      while (equal < expected.length) {
        int token = Sampler.argmax(logits);
        if (token != expected[equal]) {
          break;
        }
        equal++;
        logits = sequence.step(token);
      }
    }
    report.add(Integer.toString(equal));
    if (equal < Math.min(8, expected.length)) {
      JsonNode top = first8.get(equal).get("top");
      double gap = top.get(0).get(1).asDouble() - top.get(1).get(1).asDouble();
      assertThat(gap)
          .as(
              "first difference at step %d of '%s': no near-tie",
              equal, run.get("prompt").asString())
          .isLessThan(NEAR_TIE);
    }
    return equal >= Math.min(16, expected.length);
  }

  private static void checkTopFive(float[] logits, JsonNode step, String prompt) {
    JsonNode top = step.get("top");
    for (int i = 0; i < top.size(); i++) {
      assertThat(LogSoftmax.logProbability(logits, top.get(i).get(0).asInt()))
          .as("log-probability of choice %d after '%s'", i, prompt)
          .isCloseTo(top.get(i).get(1).asDouble(), within(i == 0 ? 0.1 : 0.3));
    }
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).asInt());
    return values;
  }
}

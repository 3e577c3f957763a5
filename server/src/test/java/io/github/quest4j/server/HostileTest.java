package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static io.github.quest4j.server.TestServer.COMPLETIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/** Bodies made at random, from a seed: none may break the server or keep it waiting. */
class HostileTest {

  private static final int BODIES = 2_000;
  private static final List<String> PATHS =
      List.of(CHAT, COMPLETIONS, "/tokenize", "/detokenize", CHAT, COMPLETIONS);
  private static final List<String> FIELDS =
      List.of(
          "messages",
          "prompt",
          "model",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "n",
          "seed",
          "stop",
          "stream",
          "stream_options",
          "logprobs",
          "top_logprobs",
          "logit_bias",
          "presence_penalty",
          "frequency_penalty",
          "tools",
          "tool_choice",
          "response_format",
          "quest",
          "content",
          "tokens",
          "echo",
          "best_of",
          "ignore_eos",
          "repetition_penalty",
          "min_p",
          "user",
          "suffix",
          "zzz");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2.5",
          "1e400",
          "-1e400",
          "1e-400",
          "9223372036854775808",
          "123456789012345678901234567890",
          "\"\"",
          "\"a\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"<|im_end|>\"",
          "[]",
          "[1,2,3]",
          "[\"a\",\"b\"]",
          "[[1],[2]]",
          "[null]",
          "{}",
          "{\"type\":\"text\"}",
          "{\"type\":\"json_object\"}",
          "{\"include_usage\":true}",
          "{\"attention\":\"h2o\"}",
          "{\"token_budget\":32}",
          "{\"nope\":1}",
          "{\"5\":1}",
          "{\"x\":1}",
          "\"auto\"",
          "\"required\"",
          "[{\"role\":\"user\",\"content\":\"Hi\"}]",
          "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
          "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]",
          "[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}]",
          "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]",
          "NaN",
          "'a'",
          "[",
          "}",
          "tru");

  private static byte[] body(Random random) {
    StringBuilder text = new StringBuilder("{");
    if (random.nextInt(4) > 0) {
      text.append("\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],");
    }
    if (random.nextInt(4) > 0) {
      text.append("\"prompt\":\"Hello\",\"content\":\"Hello\",\"tokens\":[1,2],");
    }
    int fields = random.nextInt(4);
    for (int i = 0; i < fields; i++) {
      text.append('"').append(pick(FIELDS, random)).append("\":");
      text.append(pick(VALUES, random)).append(',');
    }
    text.append("\"end\":0}");
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(8)) {
      case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        yield bytes;
      }
      case 2 -> {
        String deep = (random.nextBoolean() ? "[" : "{\"a\":").repeat(random.nextInt(5_000));
        yield ("{\"metadata\":" + deep).getBytes(StandardCharsets.UTF_8);
      }
      case 3 -> {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        yield noise;
      }
      default -> bytes;
    };
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  @Test
  void randomBodiesAreServedOrRefusedAndNothingElse() throws Exception {
    Limits limits = Limits.defaults().withOutputTokens(2);
    Map<Integer, Integer> counts = new TreeMap<>();
    try (TestServer server = TestServer.start(TestServer.options(limits));
        ExecutorService clients = Executors.newFixedThreadPool(8)) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < BODIES; i++) {
        Random random = new Random(i);
        String path = pick(PATHS, random);
        byte[] body = body(random);
        answers.add(clients.submit(() -> server.post(path, body)));
      }
      for (int i = 0; i < BODIES; i++) {
        HttpResponse<String> answer = answers.get(i).get();
        counts.merge(answer.statusCode(), 1, Integer::sum);
        assertThat(answer.statusCode()).as("body %s: %s", i, answer.body()).isIn(200, 400, 404);
        if (answer.statusCode() != 200) {
          assertThat(message(answer)).as("body %s", i).isNotBlank();
        }
      }
      server.awaitNoPages();
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
      assertThat(server.scheduler().stats().failed()).isZero();
    }
    assertThat(counts.get(200)).as("the generator makes good ones, too").isGreaterThan(200);
    assertThat(counts.get(400)).isGreaterThan(500);
  }

  private static String message(HttpResponse<String> answer) {
    try {
      return Json.parse(answer.body()).at("/error/message").stringValue();
    } catch (JacksonException e) {
      throw new AssertionError("no JSON: " + answer.body(), e);
    }
  }
}

package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static io.github.quest4j.server.TestServer.COMPLETIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.server.api.Json;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What requests are answered, whole and in streams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersTest {

  private static final String PARIS =
      "'messages': [{'role': 'user', 'content': 'What is the capital of France?'}]";

  private final TestServer server = TestServer.start(TestServer.options());

  @AfterAll
  void close() {
    server.close();
  }

  private static String chat(String more) {
    return "{" + PARIS + ", 'max_tokens': 12" + (more.isEmpty() ? "" : ", ") + more + "}";
  }

  private static String content(JsonNode answer, int choice) {
    return answer.at("/choices/" + choice + "/message/content").stringValue();
  }

  @Test
  void chatIsAnsweredWithTextUsageAndWhatWasRead() throws Exception {
    JsonNode answer = server.ask(CHAT, chat("'temperature': 0"));
    assertThat(content(answer, 0)).isEqualTo("The capital of France is Paris.");
    assertThat(answer.get("object").stringValue()).isEqualTo("chat.completion");
    assertThat(answer.get("model").stringValue()).isEqualTo("smollm2");
    assertThat(answer.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(37);
    assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(7);
    assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(44);
    assertThat(answer.at("/quest/attention").stringValue()).isEqualTo("quest");
    assertThat(answer.at("/quest/pages").intValue()).isEqualTo(3);
    JsonNode again = server.ask(CHAT, chat("'temperature': 0"));
    assertThat(again.at("/usage/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(32);
    assertThat(content(again, 0)).isEqualTo(content(answer, 0));
  }

  @Test
  void theDescriptionHasThisServersBounds() throws Exception {
    String described = server.get("/openapi.json").body();
    assertThat(described).doesNotContain("\"@");
    JsonNode budget =
        Json.parse(described).findValues("token_budget").stream()
            .filter(field -> field.has("minimum"))
            .findFirst()
            .orElseThrow();
    int least = budget.get("minimum").intValue();
    assertThat(least).isEqualTo(32);
    String ask = "'temperature': 0, 'quest': {'token_budget': %d}";
    assertThat(server.ask(CHAT, chat(ask.formatted(least))).at("/quest/token_budget").intValue())
        .isEqualTo(least);
    HttpResponse<String> less =
        server.post(CHAT, chat(ask.formatted(least - 1)).replace('\'', '"'));
    assertThat(less.statusCode()).isEqualTo(400);
    assertThat(less.body()).contains("token budget 31 is smaller than two pages");
  }

  @Test
  void aSiteWhoseNameLeadsHereIsRefused() throws Exception {
    String request = "GET /health HTTP/1.1\nHost: evil.example\nConnection: close\n\n";
    try (Socket socket = server.raw(request, null)) {
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      assertThat(answer).isEqualTo("HTTP/1.1 403");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "TE, Close"})
  void aStreamIsWholeWhereTheConnectionIsToBeClosed(String connection) throws Exception {
    String body = chat("'temperature': 0, 'stream': true").replace('\'', '"');
    String request =
        "POST "
            + CHAT
            + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\nConnection: "
            + connection
            + "\n"
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\n\n"
            + body;
    try (Socket socket = server.raw(request, null)) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("[DONE]").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void aStreamTellsTheSameInPieces() throws Exception {
    String whole = content(server.ask(CHAT, chat("'temperature': 0")), 0);
    List<JsonNode> chunks =
        server.stream(
            CHAT,
            chat("'temperature': 0, 'stream': true, 'stream_options': {'include_usage': true}"));
    assertThat(TestServer.text(chunks, 0)).isEqualTo(whole);
    assertThat(chunks.getFirst().at("/choices/0/delta/role").stringValue()).isEqualTo("assistant");
    assertThat(chunks)
        .allSatisfy(chunk ->
            assertThat(chunk.get("object").stringValue()).isEqualTo("chat.completion.chunk"));
    JsonNode last = chunks.getLast();
    assertThat(last.get("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").intValue()).isEqualTo(7);
    assertThat(last.at("/quest/pages").intValue()).isEqualTo(3);
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").stringValue())
        .isEqualTo("stop");
    assertThat(chunks.size()).isGreaterThan(7);
  }

  @Test
  void withoutUsageTheLastChunkTellsWhatWasRead() throws Exception {
    List<JsonNode> chunks = server.stream(CHAT, chat("'stream': true, 'n': 2"));
    assertThat(chunks.stream().filter(chunk -> chunk.has("quest"))).hasSize(1);
    assertThat(chunks.getLast().has("quest")).isTrue();
    assertThat(chunks).noneMatch(chunk -> chunk.has("usage"));
    assertThat(chunks.stream().filter(c -> c.at("/choices/0/finish_reason").isString())).hasSize(2);
  }

  @Test
  void samplesDifferAndSeedsRepeat() throws Exception {
    String request = chat("'n': 3, 'seed': 7, 'temperature': 1.5, 'ignore_eos': true");
    JsonNode first = server.ask(CHAT, request);
    JsonNode second = server.ask(CHAT, request);
    assertThat(second.get("choices")).isEqualTo(first.get("choices"));
    assertThat(content(first, 0)).isNotEqualTo(content(first, 1));
    assertThat(content(first, 1)).isNotEqualTo(content(first, 2));
    assertThat(first.at("/usage/prompt_tokens").intValue()).isEqualTo(37);
    assertThat(first.at("/usage/completion_tokens").intValue()).isEqualTo(36);
    List<JsonNode> chunks = server.stream(CHAT, request.replace("{'m", "{'stream': true, 'm"));
    for (int choice = 0; choice < 3; choice++) {
      assertThat(TestServer.text(chunks, choice)).isEqualTo(content(first, choice));
    }
    JsonNode unseeded = server.ask(CHAT, chat("'temperature': 1.5, 'ignore_eos': true"));
    JsonNode other = server.ask(CHAT, chat("'temperature': 1.5, 'ignore_eos': true"));
    assertThat(content(unseeded, 0)).isNotEqualTo(content(other, 0));
  }

  @Test
  void stopsBeforeAStopString() throws Exception {
    JsonNode answer = server.ask(CHAT, chat("'temperature': 0, 'stop': [' France', 'xyz']"));
    assertThat(content(answer, 0)).isEqualTo("The capital of");
    assertThat(answer.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
  }

  @Test
  void penaltiesAndBiasesChangeWhatIsDrawn() throws Exception {
    String request = "{'prompt': '1 2 1 2 1 2 1 2', 'temperature': 0, 'max_tokens': 8";
    String plain = server.ask(COMPLETIONS, request + "}").at("/choices/0/text").stringValue();
    String penal =
        server
            .ask(COMPLETIONS, request + ", 'frequency_penalty': 2, 'presence_penalty': 2}")
            .at("/choices/0/text")
            .stringValue();
    assertThat(penal).isNotEqualTo(plain);
    int token = server.ask("/tokenize", "{'content': ' wells'}").at("/tokens/0").intValue();
    String biased =
        server
            .ask(COMPLETIONS, request + ", 'logit_bias': {'" + token + "': 100}}")
            .at("/choices/0/text")
            .stringValue();
    assertThat(biased).isEqualTo(" wells".repeat(8));
  }

  @Test
  void logprobsTellWhatElseMightHaveCome() throws Exception {
    String more = "'temperature': 0, 'logprobs': true, 'top_logprobs': 3";
    JsonNode content = server.ask(CHAT, chat(more)).at("/choices/0/logprobs/content");
    assertThat(content).hasSize(7);
    for (JsonNode token : content) {
      assertThat(token.get("top_logprobs")).hasSize(3);
      assertThat(token.at("/top_logprobs/0/token")).isEqualTo(token.get("token"));
      assertThat(token.get("logprob").doubleValue()).isLessThanOrEqualTo(0);
    }
    assertThat(content.at("/1/token").stringValue()).isEqualTo(" capital");
    assertThat(content.at("/1/bytes/0").intValue()).isEqualTo(' ');
    int streamed = 0;
    for (JsonNode chunk : server.stream(CHAT, chat(more + ", 'stream': true"))) {
      streamed += chunk.at("/choices/0/logprobs/content").size();
    }
    assertThat(streamed).isEqualTo(7);
    JsonNode legacy =
        server
            .ask(COMPLETIONS, "{'prompt': 'The capital of', 'logprobs': 2, 'temperature': 0}")
            .at("/choices/0/logprobs");
    assertThat(legacy.get("tokens")).hasSize(16);
    assertThat(legacy.at("/top_logprobs/0")).hasSize(2);
    assertThat(legacy.at("/text_offset/1").intValue())
        .isEqualTo(legacy.at("/tokens/0").stringValue().length());
  }

  @Test
  void completionsTakeSeveralPromptsAndTokens() throws Exception {
    JsonNode ids = server.ask("/tokenize", "{'content': 'Once upon a time'}").get("tokens");
    String same = "'temperature': 0, 'max_tokens': 5, 'echo': true}";
    JsonNode text = server.ask(COMPLETIONS, "{'prompt': 'Once upon a time', " + same);
    JsonNode tokens = server.ask(COMPLETIONS, "{'prompt': " + ids + ", " + same);
    JsonNode several =
        server.ask(COMPLETIONS, "{'prompt': ['Hello', 'Once upon a time'], 'n': 2, " + same);
    String expected = text.at("/choices/0/text").stringValue();
    assertThat(expected).startsWith("Once upon a time");
    assertThat(tokens.at("/choices/0/text").stringValue()).isEqualTo(expected);
    assertThat(several.get("choices")).hasSize(4);
    assertThat(several.at("/choices/3/text").stringValue()).isEqualTo(expected);
    assertThat(several.at("/usage/completion_tokens").intValue()).isEqualTo(20);
  }

  @Test
  void tokensGoThereAndBack() throws Exception {
    JsonNode tokens = server.ask("/tokenize", "{'content': 'Grüße, 世界'}").get("tokens");
    JsonNode back = server.ask("/detokenize", "{'tokens': " + tokens + "}");
    assertThat(back.get("content").stringValue()).isEqualTo("Grüße, 世界");
    JsonNode pieces =
        server.ask("/tokenize", "{'content': 'hello', 'with_pieces': true}").at("/tokens/0");
    assertThat(pieces.get("piece").stringValue()).isEqualTo("hello");
  }

  @Test
  void aRequestChoosesItsAttention() throws Exception {
    JsonNode dense = server.ask(CHAT, chat("'temperature': 0, 'quest': {'attention': 'dense'}"));
    assertThat(dense.at("/quest/attention").stringValue()).isEqualTo("dense");
    JsonNode budget = server.ask(CHAT, chat("'quest': {'token_budget': 64, 'sink_pages': 2}"));
    assertThat(budget.at("/quest/token_budget").intValue()).isEqualTo(64);
  }

  @Test
  void requestsHaveNames() throws Exception {
    HttpResponse<String> own =
        server.send(server.request("/health").header("X-Request-Id", "a.b-1"));
    assertThat(own.headers().firstValue("x-request-id")).contains("a.b-1");
    HttpResponse<String> bad = server.send(server.request("/health").header("X-Request-Id", "a b"));
    assertThat(bad.headers().firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{32}");
  }

  @Test
  void whatIsAroundTheModelIsTold() throws IOException, InterruptedException {
    assertThat(server.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    assertThat(Json.parse(server.get("/v1/models").body()).at("/data/0/id").stringValue())
        .isEqualTo("smollm2");
    assertThat(server.get("/v1/models/smollm2").statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/models/gpt").statusCode()).isEqualTo(404);
    assertThat(server.get("/metrics").body())
        .contains("quest_requests_total{")
        .contains("quest_time_to_first_token_seconds_bucket{")
        .contains("quest_build_info{")
        .contains("quest_pages_used ")
        .contains("quest_prefix_hits_total ");
  }
}

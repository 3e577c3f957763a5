package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static io.github.quest4j.server.TestServer.COMPLETIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.ApiKeys;
import io.github.quest4j.server.config.Limits;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is refused, and how that is said. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {

  private static final String KEY = "secret-1";
  private final TestServer server =
      TestServer.start(
          TestServer.options(
                  Limits.defaults()
                      .withBodyBytes(20_000)
                      .withPromptTokens(100)
                      .withOutputTokens(50))
              .withKeys(ApiKeys.of(List.of("other", KEY)))
              .withCorsOrigins(List.of("https://page.example")));

  @AfterAll
  void close() {
    server.close();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return server.send(
        server
            .request(path)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          messages                         | {}
          messages                         | {"messages": []}
          messages                         | {"messages": {}}
          messages[0]                      | {"messages": ["Hi"]}
          messages[0].role                 | {"messages": [{"content": "Hi"}]}
          messages[0].role                 | {"messages": [{"role": "robot", "content": "Hi"}]}
          messages[0].content              | {"messages": [{"role": "user"}]}
          messages[0].content              | {"messages": [{"role": "user", "content": 5}]}
          messages[0].content[0].type      | {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}
          messages[0].tool_calls[0].function.arguments | {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}]}
          model                            | {"model": 5, MESSAGES}
          temperature                      | {"temperature": "hot", MESSAGES}
          temperature                      | {"temperature": 2.1, MESSAGES}
          temperature                      | {"temperature": 1e999, MESSAGES}
          top_p                            | {"top_p": -0.1, MESSAGES}
          max_tokens                       | {"max_tokens": 0, MESSAGES}
          max_tokens                       | {"max_tokens": 51, MESSAGES}
          max_tokens                       | {"max_completion_tokens": 5, "max_tokens": 51, MESSAGES}
          max_completion_tokens            | {"max_completion_tokens": 2.5, MESSAGES}
          repeat_penalty                   | {"repetition_penalty": 1, "repeat_penalty": 101, MESSAGES}
          n                                | {"n": 17, MESSAGES}
          n                                | {"n": 99999999999999999999999, MESSAGES}
          seed                             | {"seed": "x", MESSAGES}
          stop                             | {"stop": {}, MESSAGES}
          stop[1]                          | {"stop": ["a", ""], MESSAGES}
          stream                           | {"stream": "yes", MESSAGES}
          stream_options                   | {"stream_options": {"include_usage": true}, MESSAGES}
          logit_bias                       | {"logit_bias": {"x": 1}, MESSAGES}
          logit_bias.5                     | {"logit_bias": {"5": 101}, MESSAGES}
          presence_penalty                 | {"presence_penalty": 3, MESSAGES}
          top_logprobs                     | {"top_logprobs": 3, MESSAGES}
          top_logprobs                     | {"logprobs": true, "top_logprobs": 21, MESSAGES}
          tools[0].type                    | {"tools": [{"type": "retrieval"}], MESSAGES}
          tools[0].function.name           | {"tools": [{"type": "function", "function": {"name": "a b"}}], MESSAGES}
          tool_choice                      | {"tool_choice": "required", MESSAGES}
          response_format.type             | {"response_format": {"type": "xml"}, MESSAGES}
          quest.budget                     | {"quest": {"budget": 64}, MESSAGES}
          quest.attention                  | {"quest": {"attention": "magic"}, MESSAGES}
          quest.token_budget               | {"quest": {"token_budget": -1}, MESSAGES}
          quest                            | {"quest": {"token_budget": 1}, MESSAGES}
          quest.scorer                     | {"quest": {"scorer": "minmax"}, MESSAGES}
          """)
  void chatNamesTheField(String param, String body) throws Exception {
    String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
    assertRefused(CHAT, body.replace("MESSAGES", messages), 400, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          prompt      | {}
          prompt      | {"prompt": []}
          prompt      | {"prompt": ""}
          prompt      | {"prompt": 5}
          prompt[1]   | {"prompt": [1, 999999]}
          prompt[0]   | {"prompt": [true]}
          prompt      | {"prompt": ["a", "b", "c"], "n": 8}
          best_of     | {"prompt": "a", "best_of": 3}
          logprobs    | {"prompt": "a", "logprobs": 6}
          logprobs    | {"prompt": "a", "logprobs": true}
          suffix      | {"prompt": "a", "suffix": "b"}
          echo        | {"prompt": "a", "echo": true, "logprobs": 1}
          """)
  void completionsNameTheField(String param, String body) throws Exception {
    assertRefused(COMPLETIONS, body, 400, param);
  }

  private void assertRefused(String path, String body, int status, String param) throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = Json.parse(response.body()).get("error");
    assertThat(error.get("param").isNull() ? "" : error.get("param").stringValue())
        .as(response.body())
        .isEqualTo(param);
    assertThat(error.get("message").stringValue()).startsWith(param);
    assertThat(error.get("type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void whatIsNoJsonIsSaidToBeNone() throws Exception {
    for (String body : List.of("", "{", "[]", "5", "{\"a\":1,\"a\":2}", "{} x", "{'a': 1}")) {
      assertRefused(CHAT, body, 400, "");
    }
    assertRefused(CHAT, "{\"a\":" + "[".repeat(500), 400, "");
  }

  @Test
  void aLongPromptIsRefused() throws Exception {
    assertRefused(COMPLETIONS, "{\"prompt\": \"" + "word ".repeat(101) + "\"}", 400, "prompt");
  }

  @Test
  void theKeyIsAskedForWhereItMatters() throws Exception {
    String body = "{\"messages\": []}";
    HttpResponse<String> none = server.post(CHAT, body);
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(Json.parse(none.body()).at("/error/code").stringValue())
        .isEqualTo("invalid_api_key");
    for (String key : List.of("Bearer secret-2", "Bearer", "Basic secret-1", KEY)) {
      HttpResponse<String> wrong =
          server.send(server.request("/v1/models").header("Authorization", key));
      assertThat(wrong.statusCode()).isEqualTo(401);
    }
    for (String path : List.of("/metrics", "/v1/models", "/v1/models/smollm2")) {
      assertThat(server.get(path).statusCode()).isEqualTo(401);
    }
    for (String path : List.of("/health", "/ready", "/openapi.json")) {
      assertThat(server.get(path).statusCode()).isEqualTo(200);
    }
    for (String key : List.of("Bearer secret-1", "bearer other")) {
      HttpResponse<String> right =
          server.send(server.request("/v1/models").header("Authorization", key));
      assertThat(right.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void otherModelsPathsMethodsAndTypesAreRefused() throws Exception {
    HttpResponse<String> model = post(CHAT, "{\"model\": \"gpt-9\"}");
    assertThat(model.statusCode()).isEqualTo(404);
    assertThat(Json.parse(model.body()).at("/error/code").stringValue())
        .isEqualTo("model_not_found");
    assertThat(server.get("/v1/nothing").statusCode()).isEqualTo(404);
    HttpResponse<String> method = post("/health", "{}");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).contains("GET, HEAD");
    HttpResponse<String> type =
        server.send(
            server
                .request(CHAT)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(type.statusCode()).isEqualTo(415);
  }

  @Test
  void aLargeBodyIsRefusedWhateverItsFraming() throws Exception {
    String large = "{\"prompt\": \"" + "x".repeat(30_000) + "\"}";
    assertThat(post(COMPLETIONS, large).statusCode()).isEqualTo(413);
    HttpResponse<String> chunked =
        server.send(
            server
                .request(COMPLETIONS)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + KEY)
                .POST(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString(large))));
    assertThat(chunked.statusCode()).isEqualTo(413);
  }

  @Test
  void pagesOfOtherOriginsNeedLeave() throws Exception {
    HttpResponse<String> page =
        server.send(server.request("/health").header("Origin", "https://page.example"));
    assertThat(page.headers().firstValue("access-control-allow-origin"))
        .contains("https://page.example");
    HttpResponse<String> other =
        server.send(server.request("/health").header("Origin", "https://evil.example"));
    assertThat(other.headers().firstValue("access-control-allow-origin")).isEmpty();
    HttpResponse<String> preflight =
        server.send(
            server
                .request(CHAT)
                .header("Origin", "https://page.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("access-control-allow-headers"))
        .contains("authorization,content-type");
  }

  @Test
  void pathsDoNotLeaveThePage() throws Exception {
    for (String path :
        List.of(
            "/../openapi.json", "/%2e%2e/openapi.json", "/..%2fopenapi.json", "/a/../../x.js")) {
      try (Socket socket = server.raw("GET " + path + " HTTP/1.1\nHost: localhost\n\n", null)) {
        byte[] start = socket.getInputStream().readNBytes(12);
        assertThat(new String(start, StandardCharsets.US_ASCII))
            .isIn("HTTP/1.1 404", "HTTP/1.1 400", "HTTP/1.1 200"); // the path /openapi.json itself
      }
    }
  }

  @Test
  void aConnectionIsClosedWhereTheRequestAsksForThat() throws Exception {
    String request = "GET /health HTTP/1.1\nHost: a\nConnection: close\n\n";
    long began = System.nanoTime();
    try (Socket socket = server.raw(request, null)) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ok\"}");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void whatIsNoRequestIsRefusedInTheSameShape() throws Exception {
    try (Socket socket = server.raw("GET /health HTTP/1.1\nHost: a\nHost: b\n\n", null)) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("{\"error\":{\"message\":");
    }
  }

  private static final String CHUNKED =
      "POST /tokenize HTTP/1.1\nHost: a\nAuthorization: Bearer "
          + KEY
          + "\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHUNKED + "zz\n{}\n0\n\n",
        CHUNKED + "-5\n{}\n0\n\n",
        CHUNKED + "7ffffff0\n{}\n0\n\n",
        "GET /%zz HTTP/1.1\nHost: a\nConnection: close\n\n",
        "GET /a b HTTP/1.1\nHost: a\n\n",
        "GET /%00 HTTP/1.1\nHost: a\nConnection: close\n\n",
        "POST /tokenize HTTP/1.1\nHost: a\nContent-Length: -1\n\n",
        "NOPE\n\n"
      })
  void brokenFramingIsTheClientsFault(String request) throws Exception {
    try (Socket socket = server.raw(request, null)) {
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).matches("(?s)(HTTP/1.1 4(00|04|13) .*)?"); // or no answer at all
    }
    HttpResponse<String> metrics =
        server.send(server.request("/metrics").header("Authorization", "Bearer " + KEY));
    assertThat(metrics.body()).doesNotContain("status=\"5");
  }
}

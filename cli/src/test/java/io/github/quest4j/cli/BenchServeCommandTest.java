package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("it takes the place of standard output and error")
class BenchServeCommandTest {

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final String address;

  BenchServeCommandTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    address = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Wants a key, and streams as many tokens as are asked for. */
  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.createContext("/v1/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!"Bearer open-sesame".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      if (exchange.getRequestURI().getPath().endsWith("/models")) {
        exchange.sendResponseHeaders(200, 0);
        exchange
            .getResponseBody()
            .write("{\"data\":[{\"id\":\"m1\"}]}".getBytes(StandardCharsets.UTF_8));
        return;
      }
      JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
      int tokens = body.path("max_tokens").asInt();
      int prompt = body.at("/messages/0/content").asString("").length() / 4;
      exchange.sendResponseHeaders(200, 0);
      for (int i = 0; i < tokens; i++) {
        send(exchange, "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}");
      }
      send(exchange, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}");
      send(
          exchange,
          "{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}"
              .formatted(prompt, tokens));
      send(exchange, "[DONE]");
    }
  }

  private static void send(HttpExchange exchange, String data) throws IOException {
    exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  private Ended serve(String... more) throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "open-sesame\n");
    List<String> all = new ArrayList<>(List.of("bench", "serve", "--api-key-file", key.toString()));
    all.addAll(List.of(more));
    return quest(all.toArray(String[]::new));
  }

  @Test
  void oneObjectTellsWhatWasSentAndMeasured() throws IOException {
    Path file = folder.resolve("report.json");
    Ended ended =
        serve(
            address,
            "--streams",
            "2",
            "--requests",
            "6",
            "--prompt-tokens",
            "50..60",
            "--output-tokens",
            "5",
            "--json",
            "--report-file",
            file.toString());
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(Files.readString(file)).isEqualTo(ended.out().strip());
    JsonNode report = JsonMapper.shared().readTree(ended.out());
    assertThat(report.at("/load/loop").asString()).isEqualTo("closed");
    assertThat(report.at("/load/prompt_tokens").asString()).isEqualTo("50..60");
    assertThat(report.at("/calibration/measured").asBoolean()).isTrue();
    JsonNode measured = report.at("/servers/0");
    assertThat(measured.at("/url").asString()).isEqualTo(address);
    assertThat(measured.at("/model").asString()).isEqualTo("m1");
    assertThat(measured.at("/finished").asInt()).isEqualTo(6);
    assertThat(measured.at("/output_tokens").asInt()).isEqualTo(30);
    assertThat(measured.at("/shorter_than_asked").asInt(-1)).isZero();
    assertThat(measured.at("/output_tokens_from").asString()).isEqualTo("usage");
    assertThat(measured.at("/failures").isEmpty()).isTrue();
    assertThat(measured.at("/prompt_tokens/p50").asInt()).isBetween(48, 64);
    for (String time : List.of("ttft_s", "time_per_token_s", "longest_pause_s", "latency_s")) {
      assertThat(measured.path(time).propertyNames())
          .as(time)
          .containsExactly("count", "p50", "p90", "p99", "max");
    }
    assertThat(measured.at("/ttft_s/count").asInt()).isEqualTo(6);
    assertThat(measured.at("/figures/output_tok_s/median").asDouble()).isPositive();
    assertThat(measured.at("/rounds/0/client_cores").asDouble()).isPositive();
    assertThat(report.at("/interrupted").asBoolean(true)).isFalse();
    assertThat(report.has("ratios")).isFalse();
    assertThat(ended.out()).doesNotContain("sesame");
  }

  @Test
  void twoServersAreSetAgainstEachOther() throws IOException {
    Ended ended = serve("--url", address, "--peer", address, "--rounds", "2", "--requests", "2");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains(
            "4 of 4 finished", "first token, ms", "ratios, the first server's to the second's")
        .contains("processor time of this client");
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    refused(2, "give the address of one server");
    refused(2, "give the address of one server", address, "--url", address);
    refused(2, "unknown endpoint: x (known: chat, completions)", address, "--endpoint", "x");
    refused(2, "closed loop and --rate an open one", address, "--streams", "1", "--rate", "1");
    refused(2, "belong to --shared-document", address, "--questions", "3");
    refused(
        2,
        "counts its requests by --questions",
        address,
        "--shared-document",
        "9",
        "--requests",
        "3");
    refused(2, "--intrude-after belongs to --intrude", address, "--intrude-after", "3");
    refused(1, "only where streams run", address, "--rate", "1", "--intrude", "100");
    refused(1, "two measurements", address, "--shared-document", "9", "--intrude", "100");
    refused(1, "no such file: ", address, "--shared-document", folder.resolve("d").toString());
    refused(1, "not lengths in tokens: 'x'", address, "--prompt-tokens", "x");
    refused(1, "streams is not in 0..4096: 5000", address, "--streams", "5000");
    refused(1, "a load is either closed", address, "--streams", "0");
    refused(1, "rounds are not in 1..1000: 0", address, "--rounds", "0");
    refused(1, "not the address of a server: 'x'", "x");
    refused(1, "is a directory: name a file", address, "--report-file", folder.toString());
    Ended ended = quest("bench", "serve", address);
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo(
            "quest: " + address + " wants an API key (HTTP 401): give it with --api-key-file\n");
  }

  private void refused(int code, String sentence, String... args) throws IOException {
    Ended ended = serve(args);
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(sentence);
    assertThat(ended.out()).isEmpty();
  }
}

package io.github.quest4j.benchmarks.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real HTTP server with the manners that a test gives it: it has no model. */
final class StandInServer implements AutoCloseable {

  /** How it answers one request. */
  @FunctionalInterface
  interface Manners {
    void answer(Answer answer) throws IOException, InterruptedException;
  }

  /** One request, and the means to answer it. */
  static final class Answer {
    private final HttpExchange exchange;
    private final JsonNode body;
    private final int split;

    private Answer(HttpExchange exchange, JsonNode body, int split) {
      this.exchange = exchange;
      this.body = body;
      this.split = split;
    }

    JsonNode body() {
      return body;
    }

    String prompt() {
      return body.at("/messages/0/content").asString(body.path("prompt").asString(""));
    }

    boolean calibrates() {
      return body.path("max_tokens").asInt() == 1;
    }

    String header(String name) {
      return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    void refuse(int status, String body, String... header) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      if (header.length == 2) {
        exchange.getResponseHeaders().set(header[0], header[1]);
      }
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    void begin() throws IOException {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
    }

    /** In pieces of {@code split} bytes, each a chunk of its own. */
    void send(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      OutputStream out = exchange.getResponseBody();
      for (int at = 0; at < bytes.length; at += split) {
        out.write(bytes, at, Math.min(split, bytes.length - at));
        out.flush();
      }
    }

    void token(String text) throws IOException {
      send(
          "data: {\"choices\":[{\"index\":0,\"finish_reason\":null,\"delta\":{\"content\":\"%s\"}}]}\n\n"
              .formatted(text));
    }

    void finish(Optional<String> usage) throws IOException {
      send("data: {\"choices\":[{\"index\":0,\"finish_reason\":\"length\",\"delta\":{}}]}\n\n");
      if (usage.isPresent()) {
        send("data: {\"choices\":[],\"usage\":%s}\n\n".formatted(usage.get()));
      }
      send("data: [DONE]\n\n");
    }

    /** As many tokens as asked for, and usage: a token is four characters of the prompt. */
    void whole() throws IOException {
      int tokens = body.path("max_tokens").asInt();
      begin();
      send(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n");
      for (int i = 0; i < tokens; i++) {
        token("a");
      }
      finish(
          Optional.of(
              "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":2}}"
                  .formatted(20 + prompt().length() / 4, tokens)));
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> prompts = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  StandInServer(Manners manners) {
    this(1 << 16, manners);
  }

  /**
   * Starts it on a free port of the loopback.
   *
   * @param split bytes sent at a time
   * @param manners for all requests but those of the calibration, which it answers
   */
  StandInServer(int split, Manners manners) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/v1/models",
        exchange -> {
          try (exchange) {
            byte[] list = "{\"data\":[{\"id\":\"stand-in\"}]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
          }
        });
    server.createContext("/v1/", exchange -> answer(exchange, split, manners));
    server.start();
  }

  private void answer(HttpExchange exchange, int split, Manners manners) throws IOException {
    JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
    Answer answer = new Answer(exchange, body, split);
    if (answer.calibrates()) {
      answer.whole();
      exchange.close();
      return;
    }
    prompts.add(answer.prompt());
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    try {
      manners.answer(answer);
      underWay.decrementAndGet(); // before the client can know that it has its answer
      exchange.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  Target target() {
    return Target.of(address(), Target.Endpoint.CHAT, Optional.empty(), Optional.empty());
  }

  /** The prompts that came, without those of the calibration. */
  List<String> prompts() {
    return prompts;
  }

  /** The most requests that were under way at a time. */
  int most() {
    return most.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package io.github.quest4j.server;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.model.ModelSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A server of the real model, and a client of it. */
final class TestServer implements AutoCloseable {

  static final String CHAT = "/v1/chat/completions";
  static final String COMPLETIONS = "/v1/completions";
  private static final Duration LONG = Duration.ofMinutes(2);

  final QuestServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestServer(QuestServer server) {
    this.server = server;
  }

  static ServerOptions options() {
    return ServerOptions.defaults().withPort(0);
  }

  static ServerOptions options(Limits limits) {
    return options().withLimits(limits);
  }

  static Engine engine() {
    return Engine.open(
        ModelStore.open().resolve("smollm2"),
        EngineOptions.defaults().withThreads(2).withContext(2_048));
  }

  static TestServer start(ServerOptions options) {
    TestServer started = starting(options, new ModelSource(List.of("smollm2"), TestServer::engine));
    started.server.loaded().join();
    return started;
  }

  static TestServer starting(ServerOptions options, ModelSource source) {
    return new TestServer(QuestServer.start(options, source, "test"));
  }

  Scheduler scheduler() {
    return server.loaded().join().scheduler();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(LONG);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return post(path, body.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  /** The answer to a request that must be served. Quotes in {@code body} may be single ones. */
  JsonNode ask(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body.replace('\'', '"'));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return Json.parse(response.body());
  }

  /** The events of a stream, without the last, which must be the mark of its end. */
  List<JsonNode> stream(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    HttpResponse<Stream<String>> response =
        client.send(request, HttpResponse.BodyHandlers.ofLines());
    List<String> data = new ArrayList<>();
    try (Stream<String> lines = response.body()) {
      lines.filter(line -> line.startsWith("data: ")).forEach(line -> data.add(line.substring(6)));
    }
    if (response.statusCode() != 200 || data.isEmpty() || !data.removeLast().equals("[DONE]")) {
      throw new AssertionError(response.statusCode() + " " + data);
    }
    return data.stream().map(Json::parse).toList();
  }

  /** The text of a choice of a chat's stream. */
  static String text(List<JsonNode> chunks, int choice) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      for (JsonNode part : chunk.get("choices")) {
        if (part.get("index").intValue() == choice && part.at("/delta/content").isString()) {
          text.append(part.at("/delta/content").stringValue());
        }
      }
    }
    return text.toString();
  }

  /** A connection of one's own, with the head of a request sent. */
  Socket raw(String head, @Nullable String body) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) LONG.toMillis());
    String text = head.replace("\n", "\r\n");
    if (body != null) {
      byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      text +=
          "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length;
      text += "\r\n\r\n" + new String(bytes, StandardCharsets.UTF_8);
    }
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Waits for what must come. */
  static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come");
      }
      Thread.sleep(10);
    }
  }

  /** A value of the metrics that must be there, by its name. */
  double metric(String name) {
    return found(name).orElseThrow(() -> new AssertionError("there is no metric " + name));
  }

  /** Requests to an endpoint that ended with a status. */
  double status(String endpoint, int status) {
    return found("quest_requests_total{endpoint=\"" + endpoint + "\",status=\"" + status + "\"}")
        .orElse(0);
  }

  private OptionalDouble found(String name) {
    try {
      return get("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until no sequence holds a page. */
  void awaitNoPages() throws InterruptedException {
    await(() -> {
      var stats = scheduler().stats();
      return stats.running() == 0
          && stats.waiting() == 0
          && stats.pagesUsed() == stats.prefix().pages();
    });
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}

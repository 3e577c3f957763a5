package io.github.quest4j.server.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Serves the page and answers of {@link CannedAnswer}, so that a test knows what must light up. */
final class CannedServer implements AutoCloseable {

  private static final String PAGE = "/io/github/quest4j/server/page/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html",
          "text/html",
          "css",
          "text/css",
          "js",
          "text/javascript",
          "svg",
          "image/svg+xml",
          "txt",
          "text/plain");

  private final JsonMapper json = new JsonMapper();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
  private final Semaphore gate = new Semaphore(0);
  private volatile String key = "";
  private volatile boolean traces = true;
  private volatile boolean held;
  private volatile boolean breaks;

  private CannedServer(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Starts one on a free port. */
  static CannedServer start() throws IOException {
    return new CannedServer(0);
  }

  /** Starts one on a port where another one was. */
  static CannedServer startAgain(int port) throws IOException {
    return new CannedServer(port);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port() + "/";
  }

  /** The chat requests so far. */
  List<JsonNode> requests() {
    return requests;
  }

  /** Asks for a key from now on. */
  void require(String apiKey) {
    key = apiKey;
  }

  /** Answers the next chat request with an error. */
  void refuseOnce(int status, String body) {
    refusals.put(body, status);
  }

  /** Refuses requests for a trace from now on. */
  void refuseTraces() {
    traces = false;
  }

  /** Holds each answer before its fourth token until {@link #release}. */
  void hold() {
    held = true;
  }

  /** Lets an answer that is held go on. */
  void release() {
    held = false;
    gate.release();
  }

  /** Breaks off each answer after its third token. */
  void breakOff() {
    breaks = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      switch (path) {
        case "/ready" -> send(exchange, 200, "application/json", "{}");
        case "/v1/models" ->
            keyed(exchange, "{\"data\":[{\"id\":\"canned\",\"max_model_len\":8192}]}");
        case "/tokenize" -> {
          exchange.getRequestBody().readAllBytes();
          keyed(exchange, "{\"tokens\":[1,2,3]}");
        }
        case "/v1/chat/completions" -> chat(exchange);
        default -> file(exchange, path.equals("/") ? "index.html" : path.substring(1));
      }
    }
  }

  private void keyed(HttpExchange exchange, String body) throws IOException {
    if (allowed(exchange)) {
      send(exchange, 200, "application/json", body);
    }
  }

  private boolean allowed(HttpExchange exchange) throws IOException {
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean allowed = key.isEmpty() || given.equals("Bearer " + key);
    if (!allowed) {
      send(
          exchange,
          401,
          "application/json",
          "{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}");
    }
    return allowed;
  }

  private void chat(HttpExchange exchange) throws IOException {
    JsonNode request = json.readTree(exchange.getRequestBody().readAllBytes());
    if (!allowed(exchange)) {
      return;
    }
    requests.add(request);
    exchange.getResponseHeaders().set("x-request-id", "canned-" + requests.size());
    for (Map.Entry<String, Integer> refusal : refusals.entrySet()) {
      refusals.remove(refusal.getKey());
      exchange.getResponseHeaders().set("Retry-After", "7");
      send(exchange, refusal.getValue(), "application/json", refusal.getKey());
      return;
    }
    if (!traces && request.path("quest").has("trace")) {
      String error = "{\"error\":{\"message\":\"cannot be traced\",\"param\":\"quest.trace\"}}";
      send(exchange, 400, "application/json", error);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      stream(new CannedAnswer(request), out);
    } catch (IOException e) {
      gate.drainPermits(); // the page has gone, as it may
    }
  }

  private void stream(CannedAnswer answer, OutputStream out) throws IOException {
    write(out, ": prompt 512/2048\n\n");
    int sent = 0;
    for (String event : answer.events()) {
      if (sent == 4 && held) {
        gate.acquireUninterruptibly();
      }
      if (sent == 4 && breaks) {
        return;
      }
      write(out, "data: " + event + "\n\n");
      sent++;
    }
    write(out, "data: [DONE]\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void file(HttpExchange exchange, String name) throws IOException {
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
    try (InputStream in = CannedServer.class.getResourceAsStream(PAGE + name)) {
      if (in == null || type.isEmpty() || name.contains("..")) {
        send(exchange, 404, "text/plain", "nothing here");
      } else {
        send(exchange, 200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0); // an answer that is held breaks off, and does not go on
    gate.release(100);
    threads.shutdownNow();
  }
}

package io.github.quest4j.server.http;

import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.config.TlsFiles;
import io.github.quest4j.server.metrics.ServerMetrics;
import io.github.quest4j.server.model.ModelHolder;
import io.github.quest4j.server.openai.Answer;
import io.github.quest4j.server.openai.ChatRequest;
import io.github.quest4j.server.openai.CompletionRequest;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The HTTP side of a server: its socket, its routes, its connections. */
public final class HttpServer implements AutoCloseable {

  private static final int MAX_HEAD = 32 << 10;
  private static final int MAX_LINE = 8 << 10;
  private static final Duration GRACE = Duration.ofMillis(500); // for writes at the very end

  private final ConnectionGuard guard;
  private final ServerMetrics metrics;
  private final WebServer server;

  private HttpServer(ModelHolder models, ServerOptions options, String version) {
    InetSocketAddress address = new InetSocketAddress(options.address(), options.port());
    Limits limits = options.limits();
    guard = new ConnectionGuard(limits);
    metrics = new ServerMetrics(models, version, guard::open);
    Dispatcher dispatcher =
        new Dispatcher(routes(models, options, version), options, metrics, guard);
    WebServerConfig.Builder config =
        WebServer.builder()
            .bindAddress(address)
            .maxTcpConnections(limits.connections())
            .connectionOptions(guard)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .idleConnectionTimeout(limits.requestTime().plus(limits.idleTime()))
            .writeBufferSize(0)
            // Up to here requests say themselves what is too large, and politely. A chunk of a body
            // is read whole before they see it, so its size needs a limit all the same.
            .maxPayloadSize(2 * limits.bodyBytes())
            .directHandlers(RefusedRequests.handlers(limits))
            .protocolsDiscoverServices(false)
            .addProtocol(
                Http1Config.builder().maxHeadersSize(MAX_HEAD).maxPrologueLength(MAX_LINE).build())
            .addRouting(HttpRouting.builder().any(dispatcher));
    options.tls().ifPresent(files -> config.tls(tls(files)));
    server = config.build();
  }

  /**
   * Opens the socket.
   *
   * @param version of the program
   * @throws IllegalArgumentException if the options do not allow it, or the certificate cannot be
   *     used
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static HttpServer start(ModelHolder models, ServerOptions options, String version) {
    HttpServer http = new HttpServer(models, options, version);
    boolean started = false;
    try {
      http.server.start();
      started = http.server.isRunning();
      if (!started) { // it does not throw
        throw new UncheckedIOException(
            new BindException(
                "cannot listen at "
                    + options.host()
                    + " port "
                    + options.port()
                    + ": is another program there? --port 0 picks a free one"));
      }
      return http;
    } finally {
      if (!started) {
        http.guard.close();
        http.metrics.close();
      }
    }
  }

  /** The port that it listens at. */
  public int port() {
    return server.port();
  }

  private Routes routes(ModelHolder models, ServerOptions options, String version) {
    PromptLog log = new PromptLog(options.logPrompts());
    ModelsEndpoint list = new ModelsEndpoint(models);
    TokensEndpoint tokens = new TokensEndpoint(models);
    OpenApiEndpoint openApi = new OpenApiEndpoint(models, version, options.limits());
    PageEndpoint page = new PageEndpoint();
    return new Routes()
        .add(
            "POST",
            "/v1/chat/completions",
            new GenerateEndpoint(
                models,
                options,
                metrics,
                log,
                (body, model, o) -> ChatRequest.read(body, model, o.limits()),
                Answer::chat))
        .add(
            "POST",
            "/v1/completions",
            new GenerateEndpoint(
                models,
                options,
                metrics,
                log,
                (body, model, o) -> CompletionRequest.read(body, model, o.limits()),
                Answer::completion))
        .add("GET", ModelsEndpoint.PATH, list::list)
        .add("GET", ModelsEndpoint.PATH + "/", list::one)
        .add("POST", "/tokenize", tokens::tokenize)
        .add("POST", "/detokenize", tokens::detokenize)
        .add("GET", "/metrics", this::metrics)
        .open("GET", "/health", exchange -> exchange.send(200, status("ok")))
        .open("GET", "/ready", exchange -> ready(exchange, models))
        .open("GET", "/openapi.json", openApi)
        .open("GET", "/", page)
        .open("GET", "/app/", page)
        .open("GET", "/evidence/", page)
        .open("GET", "/look/", page);
  }

  private void metrics(Exchange exchange) {
    exchange.send(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        metrics.text().getBytes(StandardCharsets.UTF_8));
  }

  private static void ready(Exchange exchange, ModelHolder models) {
    models.use(); // refuses with the reason
    models.done();
    exchange.send(200, status("ready"));
  }

  private static tools.jackson.databind.JsonNode status(String status) {
    return Json.object().put("status", status);
  }

  private static Tls tls(TlsFiles files) {
    try {
      Keys keys =
          Keys.builder()
              .pem(pem ->
                  pem.key(Resource.create(files.key()))
                      .certChain(Resource.create(files.certificate())))
              .build();
      return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the certificate "
              + files.certificate()
              + " or the key "
              + files.key()
              + " cannot be used: both must be PEM, the key in PKCS#8",
          e);
    }
  }

  /** Closes the socket and all connections. */
  @Override
  public void close() {
    server.stop();
    guard.close();
    metrics.close();
  }
}

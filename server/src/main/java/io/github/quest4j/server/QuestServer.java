package io.github.quest4j.server;

import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.http.HttpServer;
import io.github.quest4j.server.model.ModelHolder;
import io.github.quest4j.server.model.ModelSource;
import io.github.quest4j.server.model.ServedModel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A server of one model with OpenAI's API. Its socket is open before the model is loaded; until
 * then requests are answered with 503. Thread-safe.
 */
public final class QuestServer implements AutoCloseable {

  private final ServerOptions options;
  private final ModelHolder models;
  private final HttpServer http;

  private QuestServer(ServerOptions options, ModelHolder models, HttpServer http) {
    this.options = options;
    this.models = models;
    this.http = http;
  }

  /**
   * Opens the socket and begins to load the model.
   *
   * @param version of the program, as metrics and {@code /openapi.json} tell it
   * @throws IllegalArgumentException if the options do not fit together: see {@link
   *     ServerOptions#address}
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static QuestServer start(ServerOptions options, ModelSource source, String version) {
    options.address(); // before anything is loaded
    ModelHolder models = ModelHolder.begin(source, options.scheduler());
    boolean started = false;
    try {
      QuestServer server =
          new QuestServer(options, models, HttpServer.start(models, options, version));
      started = true;
      return server;
    } finally {
      if (!started) {
        models.close();
      }
    }
  }

  /** The port that it listens at. */
  public int port() {
    return http.port();
  }

  /** Where it is, for a program on this machine. */
  public String address() {
    String host = options.address().isAnyLocalAddress() ? "127.0.0.1" : options.host();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return (options.tls().isPresent() ? "https://" : "http://") + literal + ":" + port();
  }

  /** Completes when requests can be served, or with what hindered the model from loading. */
  public CompletableFuture<ServedModel> loaded() {
    return models.loaded();
  }

  /** Takes no more requests; those taken go on. */
  public void drain() {
    models.drain();
  }

  /**
   * Waits until the requests that were taken are answered.
   *
   * @return whether that came in time
   */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    return models.awaitIdle(timeout);
  }

  /** Ends what runs without waiting for it; the clients hear so. */
  public void cancel() {
    models.cancel();
  }

  /** Ends what runs, closes the socket and frees the model. Idempotent. */
  @Override
  public void close() {
    models.drain();
    http.close();
    models.close();
  }
}

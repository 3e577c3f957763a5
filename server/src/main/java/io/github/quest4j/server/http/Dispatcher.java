package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.metrics.ServerMetrics;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Set;

/**
 * Takes every request: finds its endpoint, checks its key, turns what goes wrong into an answer.
 */
final class Dispatcher implements Handler {

  /** What an operator's tools ask every few seconds. */
  private static final Set<String> PROBES = Set.of("/health", "/ready", "/metrics");

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.server");
  private static final System.Logger ACCESS = System.getLogger("io.github.quest4j.server.access");
  private static final int GONE = 499; // as nginx has it
  private static final String BEARER = "bearer ";

  private final Routes routes;
  private final ServerOptions options;
  private final ServerMetrics metrics;
  private final ConnectionGuard guard;
  private final Cors cors;
  private final HostCheck host;

  Dispatcher(Routes routes, ServerOptions options, ServerMetrics metrics, ConnectionGuard guard) {
    this.routes = routes;
    this.options = options;
    this.metrics = metrics;
    this.guard = guard;
    this.cors = new Cors(options.corsOrigins());
    this.host = new HostCheck(options);
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    Exchange exchange =
        new Exchange(
            RequestId.of(
                request.headers().first(io.helidon.http.HeaderNames.create(RequestId.HEADER))),
            request,
            response,
            options.limits(),
            guard.from(request.remotePeer().address()));
    String label = "other";
    boolean ended = false;
    try {
      exchange.begin();
      exchange.header("host").ifPresent(host::check);
      if (!cors.handle(exchange)) {
        Routes.Route route = routes.of(exchange.path());
        label = route.label();
        if (!route.open()) {
          checkKey(exchange);
        }
        Endpoint endpoint = route.methods().get(method(exchange));
        if (endpoint == null) {
          exchange.answerHeader("Allow", route.allowed());
          throw ApiException.http(
              405, "method_not_allowed", route.label() + " takes " + route.allowed() + " only");
        }
        endpoint.answer(exchange);
      }
      ended = true;
    } catch (ApiException e) {
      ended = fail(exchange, e);
    } catch (ClientGoneException e) {
      exchange.status = GONE;
    } catch (RequestException e) {
      exchange.status = e.status().code();
      throw e; // answered by RefusedRequests, which does not wait for the rest of the body
    } catch (InterruptedException e) {
      ended = fail(exchange, ApiException.unavailable(0, "draining", "the server ends"));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.log(System.Logger.Level.ERROR, "request " + exchange.id + " failed", e);
      ended = fail(exchange, ApiException.internal());
    } finally {
      exchange.end();
      tell(exchange, label);
    }
    if (!ended) {
      exchange.abandon();
      throw new CloseConnectionException("the answer was cut off");
    }
    if (exchange.asksToClose()) {
      exchange.commit();
      throw new CloseConnectionException("the client asked for it"); // Helidon leaves it open
    }
  }

  private static String method(Exchange exchange) {
    return exchange.method().equals("HEAD") ? "GET" : exchange.method();
  }

  /** Sends an error, if nothing else was sent; whether the connection may go on. */
  private static boolean fail(Exchange exchange, ApiException error) {
    if (exchange.sent()) {
      exchange.status = error.status();
      return false;
    }
    try {
      exchange.send(error);
      return true;
    } catch (ClientGoneException e) {
      exchange.status = GONE;
      return false;
    }
  }

  private void checkKey(Exchange exchange) {
    if (!options.keys().asked()) {
      return;
    }
    String given = exchange.header("authorization").orElse("");
    boolean bearer = given.toLowerCase(Locale.ROOT).startsWith(BEARER);
    String key = bearer ? given.substring(BEARER.length()).strip() : "";
    if (!options.keys().opens(key)) {
      exchange.answerHeader("WWW-Authenticate", "Bearer");
      throw ApiException.key(
          given.isEmpty()
              ? "no API key: send the header Authorization: Bearer KEY"
              : "the API key is not one of this server's");
    }
  }

  /** One line for the log. */
  private void tell(Exchange exchange, String label) {
    long now = System.nanoTime();
    metrics.request(label, exchange.status, now - exchange.began);
    ACCESS.log(
        PROBES.contains(label) ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        () ->
            "id="
                + exchange.id
                + " method="
                + exchange.methodLabel()
                + " path="
                + label
                + " status="
                + exchange.status
                + (exchange.streamed ? " stream" : "")
                + " prompt="
                + exchange.promptTokens
                + " cached="
                + exchange.cachedTokens
                + " generated="
                + exchange.generatedTokens
                + " first_ms="
                + (exchange.firstToken == 0 ? "-" : millis(exchange.firstToken - exchange.began))
                + " total_ms="
                + millis(now - exchange.began));
  }

  private static String millis(long nanos) {
    return String.valueOf(nanos / 1_000_000);
  }
}

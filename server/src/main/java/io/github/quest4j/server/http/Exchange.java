package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One request and its answer, and what the log and the metrics want to know of them. */
final class Exchange {

  private static final int PIECE = 1 << 16;

  final String id;
  final long began = System.nanoTime();
  private final ServerRequest request;
  private final ServerResponse response;
  private final Limits limits;
  private final Optional<Connection> connection;
  int status; // sent
  int promptTokens;
  int cachedTokens;
  int generatedTokens;
  long firstToken; // of nanoTime; 0: none came
  boolean streamed;

  Exchange(
      String id,
      ServerRequest request,
      ServerResponse response,
      Limits limits,
      Optional<Connection> connection) {
    this.id = id;
    this.request = request;
    this.response = response;
    this.limits = limits;
    this.connection = connection;
  }

  String method() {
    return request.prologue().method().text();
  }

  /** The method as a log may hold it. */
  String methodLabel() {
    return method().matches("[A-Z]{1,16}") ? method() : "other";
  }

  /** The head has come: the client waits now. */
  void begin() {
    connection.ifPresent(Connection::allowWork);
    response.header(RequestId.HEADER, id);
  }

  /** The path, decoded. */
  String path() {
    return request.path().path();
  }

  Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  void answerHeader(String name, String value) {
    response.header(name, value);
  }

  /**
   * The body as JSON.
   *
   * @throws ApiException 413 or 415, or 400 where it is no JSON
   * @throws RequestException where it is not framed as HTTP has it, so that it cannot be read to
   *     its end
   */
  JsonNode json() {
    String type = header("content-type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.matches("application/(json|[a-z0-9.+-]+\\+json)\\s*(;.*)?")) {
      throw ApiException.http(
          415, "unsupported_media_type", "the body must be of content-type application/json");
    }
    return Json.read(body());
  }

  private byte[] body() {
    long length = request.headers().contentLength().orElse(0);
    if (length > limits.bodyBytes()) {
      throw tooLarge();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = request.content().inputStream(); // to close it would wait for all the rest
      while (true) {
        connection.ifPresent(Connection::allowIdle);
        int read = in.read(piece);
        if (read < 0) {
          return bytes.toByteArray();
        }
        if (bytes.size() + read > limits.bodyBytes()) {
          throw tooLarge();
        }
        if (System.nanoTime() - began > limits.requestTime().toNanos()) {
          response.header(HeaderValues.CONNECTION_CLOSE);
          throw ApiException.late(limits.requestTime()); // byte by byte a body may last for weeks
        }
        bytes.write(piece, 0, read);
      }
    } catch (RequestException | IllegalArgumentException e) { // sizes of chunks that are none
      response.header(HeaderValues.CONNECTION_CLOSE);
      boolean large = e instanceof RequestException refused && refused.status().code() == 413;
      throw large ? large(limits) : ApiException.bad("the body is not framed as HTTP asks");
    } catch (IOException e) {
      throw new ClientGoneException(e);
    } catch (RuntimeException e) {
      throw ofConnection(e);
    } finally {
      connection.ifPresent(Connection::allowWork);
    }
  }

  /** The HTTP server has several ways to say that a connection ended; all bear its name. */
  private static RuntimeException ofConnection(RuntimeException e) {
    boolean gone =
        e instanceof UncheckedIOException || e.getClass().getName().startsWith("io.helidon.");
    return gone ? new ClientGoneException(e) : e;
  }

  /**
   * A client hears the answer only once it has sent its body: a part of what is too much is read.
   */
  private ApiException tooLarge() {
    long left = limits.bodyBytes();
    connection.ifPresent(Connection::allowIdle);
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = request.content().inputStream();
      for (int read = 0; read >= 0 && left > 0; left -= read) {
        read = in.read(piece);
      }
    } catch (IOException | RuntimeException e) {
      // it gets the answer or not
    }
    response.header(HeaderValues.CONNECTION_CLOSE);
    return large(limits);
  }

  static ApiException large(Limits limits) {
    return ApiException.http(
        413,
        "request_too_large",
        "the body is larger than " + limits.bodyBytes() + " bytes, the limit of this server");
  }

  /** Ends the request where its client has gone. */
  void requireClient() {
    if (connection.isPresent() && connection.get().gone()) {
      throw new ClientGoneException();
    }
  }

  /** Sends a whole answer. */
  void send(int code, String contentType, byte[] bytes) {
    status = code;
    response.status(code);
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    if (connection.isPresent() && connection.get().readAhead()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (method().equals("HEAD")) {
      response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(bytes.length));
      write(response::send);
    } else {
      write(() -> response.send(bytes));
    }
  }

  void send(int code, JsonNode body) {
    send(code, "application/json", Json.bytes(body));
  }

  /** Sends an answer without a body. */
  void send(int code) {
    status = code;
    response.status(code);
    write(response::send);
  }

  /** Sends an error. */
  void send(ApiException error) {
    error
        .retryAfter()
        .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, String.valueOf(seconds)));
    send(error.status(), body(error));
  }

  /** An error in OpenAI's shape. */
  static ObjectNode body(ApiException error) {
    ObjectNode body = Json.object();
    ObjectNode json =
        body.putObject("error").put("message", error.sentence()).put("type", error.type());
    error.param().ifPresentOrElse(param -> json.put("param", param), () -> json.putNull("param"));
    error.code().ifPresentOrElse(code -> json.put("code", code), () -> json.putNull("code"));
    return body;
  }

  /** Begins a stream of events; its head goes out with the first of them. */
  EventStream events() {
    streamed = true;
    status = 200;
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.header("x-accel-buffering", "no");
    if (connection.isPresent() && connection.get().readAhead()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    return new EventStream(response.outputStream(), this);
  }

  /** Writes something that a client must take within the idle time. */
  void write(Writing writing) {
    connection.ifPresent(Connection::allowIdle);
    try {
      writing.write();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    } catch (RuntimeException e) {
      throw ofConnection(e);
    } finally {
      connection.ifPresent(Connection::allowWork);
    }
  }

  /** The request has been answered. */
  void end() {
    connection.ifPresent(Connection::allowIdle);
  }

  /** Whether the client wants no further answer on this connection. */
  boolean asksToClose() {
    return header("connection").stream()
        .flatMap(options -> Arrays.stream(options.split(",")))
        .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
  }

  /** Writes the end of a stream's last chunk, which else follows when the request was routed. */
  void commit() {
    if (response instanceof RoutingResponse routed) {
      try {
        write(routed::commit);
      } catch (ClientGoneException e) {
        // Nobody waits for it.
      }
    }
  }

  /** Ends the connection with what was sent. */
  void abandon() {
    connection.ifPresent(Connection::close);
  }

  boolean sent() {
    return status != 0;
  }

  /** A write. */
  interface Writing {
    void write() throws IOException;
  }
}

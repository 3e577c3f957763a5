package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Json;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** Answers to what is no request of HTTP that could be routed, in OpenAI's shape, too. */
final class RefusedRequests {

  private RefusedRequests() {}

  /** For all that the HTTP server refuses by itself. */
  static DirectHandlers handlers() {
    DirectHandlers.Builder builder = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      builder.addHandler(type, RefusedRequests::answer);
    }
    return builder.build();
  }

  private static DirectHandler.TransportResponse answer(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    // Whatever cannot be read as a request is the client's fault; a failure of ours never comes
    // here.
    int code = status.code() >= 500 && status.code() != 503 ? 400 : status.code();
    ApiException error =
        code == 413
            ? ApiException.http(
                code, "request_too_large", "the body is far larger than this server takes")
            : ApiException.http(
                code,
                "bad_request",
                "this is no HTTP request that can be served: check its head and its chunks");
    headers.set(HeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HeaderNames.create(RequestId.HEADER), RequestId.of(java.util.Optional.empty()));
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(code))
        .headers(headers)
        .keepAlive(false)
        .entity(Json.bytes(Exchange.body(error)))
        .build();
  }
}

package io.github.quest4j.server.http;

import java.util.List;
import java.util.Optional;

/** Lets pages of other origins use the server, where the operator named them. */
final class Cors {

  private static final String SAFE_NAMES = "[A-Za-z0-9-]{1,64}(, ?[A-Za-z0-9-]{1,64}){0,63}";

  private final List<String> origins;

  Cors(List<String> origins) {
    this.origins = List.copyOf(origins);
  }

  /** Says so in the answer's head; whether this was a preflight, which is answered with that. */
  boolean handle(Exchange exchange) {
    Optional<String> origin = exchange.header("origin");
    if (origins.isEmpty() || origin.isEmpty()) {
      return false;
    }
    exchange.answerHeader("Vary", "Origin");
    boolean all = origins.contains("*");
    if (!all && !origins.contains(origin.get())) {
      return false;
    }
    exchange.answerHeader("Access-Control-Allow-Origin", all ? "*" : origin.get());
    exchange.answerHeader("Access-Control-Expose-Headers", RequestId.HEADER);
    if (!exchange.method().equals("OPTIONS")
        || exchange.header("access-control-request-method").isEmpty()) {
      return false;
    }
    exchange.answerHeader("Access-Control-Allow-Methods", "GET, HEAD, POST");
    exchange
        .header("access-control-request-headers")
        .filter(names -> names.matches(SAFE_NAMES))
        .ifPresent(names -> exchange.answerHeader("Access-Control-Allow-Headers", names));
    exchange.answerHeader("Access-Control-Max-Age", "600");
    exchange.send(204);
    return true;
  }
}

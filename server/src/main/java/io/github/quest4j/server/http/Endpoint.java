package io.github.quest4j.server.http;

/** What answers requests to a path. */
@FunctionalInterface
interface Endpoint {

  /**
   * Answers one.
   *
   * @throws io.github.quest4j.server.api.ApiException where it is refused
   */
  void answer(Exchange exchange) throws InterruptedException;
}

package io.github.quest4j.server.http;

/** The client has closed its connection: nobody is left to answer. */
final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ClientGoneException() {
    super("the client has gone");
  }

  ClientGoneException(Throwable cause) {
    super("the client has gone", cause);
  }
}

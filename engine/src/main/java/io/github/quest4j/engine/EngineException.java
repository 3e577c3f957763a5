package io.github.quest4j.engine;

/**
 * A model or a request cannot be served; the message names the thing and the remedy in one
 * sentence.
 */
public final class EngineException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With a message fit to be shown to a user. */
  public EngineException(String message) {
    super(message);
  }

  /** With a message fit to be shown to a user and what caused it. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}

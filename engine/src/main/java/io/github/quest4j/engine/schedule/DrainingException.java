package io.github.quest4j.engine.schedule;

/** A scheduler takes no more requests. */
public final class DrainingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  DrainingException() {
    super("no more requests are taken: the scheduler ends");
  }
}
